"""Free fields that hold nothing of a person, by what they are of; whoever adds a field decides where it belongs."""

NOTHING_OF_A_PERSON: dict[str, str] = {
    # digests, keys and seals of what holds no person, or stands sealed itself
    "a digest": """
        audit.Entry.digest audit.Seal.digest cycles.Adoption.sha256 imports.Import.digest imports.Import.basis
        proposals.ReceiptHead.consistency proposals.ReceiptHead.key proposals.ReceiptHead.root
        proposals.ReceiptHead.signature proposals.ReceiptNode.digest
        lists.ListFile.fingerprint proposals.CandidateList.digest proposals.Erasure.digest proposals.Reply.text_key
        proposals.ReplyDraft.text_key proposals.Suggestion.body_digest proposals.Suggestion.text_digest
        proposals.Suggestion.text_salt proposals.SuggestionWeight.text_key
        reports.Announcement.digest reports.Report.fingerprint reports.ReportFile.digest surveys.Receipt.seal
        voting.DeputiesInTerm.sha256
        voting.Kiosk.former_hash voting.Kiosk.token_hash voting.SignedSheet.sha256""",
    "one sending": "projects.ProgressReport.idempotency_key proposals.Suggestion.idempotency_key",
    "a number of the database": "audit.Seal.horizon audit.Seal.open audit.Seal.void cycles.Edition.stamp",
    "a count": "accounts.User.session_number imports.Import.counts jobs.Job.result",
    "that there is one": "proposals.Suggestion.has_contact",
    # codes of ours
    "a code of ours": """
        audit.Entry.act imports.Import.kind imports.Import.target imports.MarkedWorkbook.language
        jobs.Job.task lists.SavedView.grid lists.ListFile.language lists.ListFile.listing
        proposals.SuggestionFigure.channel proposals.SuggestionWeight.signs voting.Method.lot_seed""",
    "an object": "audit.Entry.subject_id audit.Entry.subject_type",
    "keys and figures": "audit.Entry.detail imports.ImportPage.kept voting.LogCheck.copies voting.LogCheck.place",
    "a lock, and what half of its key gives": "voting.GivenHalf.given voting.KeyHalf.public_key",
    "words that an office looks for": "proposals.ListedWord.word",
    "a kind": "imprint.SettingVersion.key privacy.Forgetting.key privacy.RetentionPeriod.key",
    "a number that is public": """
        proposals.ReceiptNode.number proposals.Suggestion.number voting.Round.announcement_number""",
    # places and offices
    "a place, an office or an aspect": """
        cycles.Area.code cycles.Area.name_en cycles.Area.name_zh cycles.Area.path cycles.Area.slug
        cycles.Aspect.name_en cycles.Aspect.name_zh cycles.FormerAreaName.name_en
        cycles.FormerAreaName.name_zh cycles.FormerOrganisationName.name_en
        cycles.FormerOrganisationName.name_zh cycles.Organisation.folded cycles.Organisation.formerly_en
        cycles.Organisation.formerly_zh cycles.Organisation.name_en cycles.Organisation.name_zh
        cycles.OrganisationAlias.folded cycles.OrganisationAlias.name""",
    "an office that decides or signs": """
        cycles.Adoption.decided_by proposals.LetterCorrection.signed_by proposals.OpenLetter.signed_by""",
    "a day": "proposals.SpecialDay.name",
    "words to answer with": "proposals.ProgressWord.name proposals.ReplyTemplate.name proposals.ReplyTemplate.text",
    "a group of people": "surveys.PublishedGrade.evaluators",
    "where a row of the demo came from": """
        cycles.Area.source projects.Allocation.source projects.Indicator.source projects.Project.source
        projects.ProgressReport.source projects.Site.source projects.Standard.source
        proposals.Candidate.source proposals.FeasibilitySheet.source proposals.Need.source
        proposals.OpenLetter.source surveys.PublishedGrade.source voting.Opinion.source voting.Option.source
        voting.Review.source voting.ReviewItem.source voting.Round.source""",
    # what an office publishes
    "a decision": """
        cycles.Adoption.content cycles.Adoption.file_name cycles.Adoption.number voting.DeputiesInTerm.content
        voting.DeputiesInTerm.document voting.DeputiesInTerm.file_name voting.Review.document""",
    "a sheet": "imports.Import.file_name imports.Import.sheet voting.SignedSheet.file_name",
    "how a sheet is read": """
        imports.Import.answers imports.Import.datum imports.Import.mapping imports.Import.meanings
        imports.Import.problem imports.Import.reading""",
    "words of the portal": """
        imprint.SettingVersion.picture imprint.SettingVersion.text_en imprint.SettingVersion.text_zh
        imprint.SettingVersion.title_en imprint.SettingVersion.title_zh news.NewsItem.text news.NewsItem.title
        proposals.LetterCorrection.body proposals.LetterCorrection.document_number
        proposals.LetterCorrection.title proposals.OpenLetter.body proposals.OpenLetter.document_number
        proposals.OpenLetter.title surveys.Question.text_en surveys.Question.text_zh surveys.Survey.title""",
    "a need, a candidate or a project": """
        proposals.Candidate.place proposals.Candidate.summary proposals.Candidate.title
        proposals.CandidateList.content proposals.FeasibilitySheet.legal_basis
        proposals.FeasibilitySheet.notes proposals.Need.summary proposals.Need.title projects.Indicator.name
        projects.Indicator.unit projects.Project.content projects.Project.title projects.Standard.title
        projects.StandardLine.measure projects.StandardLine.required_value projects.StandardLine.requirement
        projects.StandardLine.unit voting.Option.place voting.Option.summary voting.Option.title
        voting.ReviewItem.place voting.ReviewItem.summary voting.ReviewItem.title""",
    "a site": """
        projects.Site.address projects.Site.key projects.Site.key_folded projects.Site.name
        reports.AnnouncedSite.indicator_name reports.AnnouncedSite.key reports.AnnouncedSite.name
        reports.AnnouncedSite.organisation_name reports.AnnouncedSite.unit""",
    "a report": "reports.Announcement.content reports.Report.figures reports.ReportFile.name",
    "a survey": "surveys.Draw.key surveys.PublishedGrade.subject",
    "a meeting or a hall": """
        voting.Kiosk.name voting.Review.session voting.Round.hall_code voting.Round.session voting.Round.title""",
    "a secret vote, beside no name": """
        surveys.IncomingResponse.id surveys.Response.id voting.Ballot.id voting.Ballot.marks
        voting.Ballot.receipt voting.NamedBallot.id voting.PaperReading.marks voting.SealedBallot.envelope
        voting.SealedBallot.id voting.UrnBallot.id
        voting.UrnBallot.marks voting.UrnBallot.receipt voting.UrnBallot.repeat_digest""",
    # what officials write of things and acts, told at the form to name nobody
    "why something was done": """
        cycles.Adoption.why_withdrawn cycles.PhaseMove.before cycles.PhaseMove.reason
        cycles.PhaseMove.why_taken_back imports.Import.reason news.NewsItem.why_withdrawn
        privacy.RetentionPeriod.reason proposals.Candidate.reason proposals.CandidateNeed.reason
        proposals.LetterCorrection.reason proposals.Need.reason proposals.Reply.why_insisted
        proposals.Reply.why_corrected proposals.ReplyDraft.why_corrected proposals.ReplyDraft.why_insisted
        proposals.ReplyDraft.why_returned
        voting.ReviewItem.left_out_reason
        voting.Revision.after voting.Revision.before voting.Revision.reason voting.Round.void_reason
        voting.TwoPersonStep.note""",
    "what was found or answered": """
        projects.Acceptance.note projects.AcceptanceLine.note projects.Notice.answer projects.Notice.finding
        proposals.Objection.answer projects.ProgressReport.note proposals.Reply.text proposals.ReplyDraft.text
        proposals.Screening.words reports.AnnouncedSite.note
        surveys.PublishedGrade.note voting.Opinion.answer voting.Opinion.change""",
}
"""What it is of → fields as app.Model.field."""

NOT_PERSONAL = {field for fields in NOTHING_OF_A_PERSON.values() for field in fields.split()}
