"""Fields of forms whose text does not become public, or in which somebody is to be named; by why that is so."""

NOT_PUBLIC_FOR: dict[str, str] = {
    "a code, a key or a user name, compared and not shown": """
        AuthenticatorForm.code CardForm.code CodeAnswerForm.code CodeForm.code FactorForm.code ForgottenForm.username
        HalfForm.code HallCodeForm.hall_code PageForm.key PersonForm.username SignInCodeForm.code
        SignInForm.password SignInForm.username SiteForm.key SiteForm.seen StandInForm.user SubstituteForm.substitute
        SuggestionForm.idempotency_key TrackForm.code TrackForm.number password_field AreaForm.code""",
    "what a citizen sends; an official words what is public of it": """
        SuggestionForm.address SuggestionForm.matter SuggestionForm.title SuggestionForm.wish""",
    "what a citizen answers; masked at the desk": "AnswerForm.text GradeForm.comment ObjectionForm.words",
    "how somebody is reached, for those who may know": """
        ContactForm.contact_email ContactForm.contact_name ContactForm.contact_phone PersonEditForm.name
        PersonEditForm.phone PersonForm.name PersonForm.phone
        SuggestionForm.contact_email SuggestionForm.contact_name SuggestionForm.contact_phone""",
    "read by the sender alone": "AnswerObjectionForm.answer AskForm.text DeclineForm.words HandOverForm.words",
    "words that are to be masked": "MaskForm.words",
    "read at the desk and in the journal alone": """
        AnswersForm.field CloseForm.reason KioskForm.name LeaveForm.reason MandateForm.reason DeskNoteForm.text
        PasskeyForm.name PeriodForm.reason RefuseMandateForm.reason SavedViewForm.name StandInForm.reason
        SubstituteForm.reason TakeBackForm.reason why_field AnsweringForm.why_insisted ReturnDraftForm.why_returned
        TemplateForm.name DiscardForm.reason""",
    "who signs, runs or speaks is named": """
        DecisionForm.decided_by LetterForm.signed_by OfficersForm.chief OfficersForm.scrutineers OfficersForm.tellers
        OpinionForm.delegation PaperOpinionForm.speaker""",
    "the office's own telephone and address stand there": """
        OrganisationEditForm.contact OrganisationEditForm.phone
        SettingForm.text_en SettingForm.text_zh SettingForm.title_en SettingForm.title_zh""",
    "a document, a publication or a meeting by its name": """
        AdoptForm.document AreaEditForm.source AreaForm.source CandidateTextForm.source DecisionForm.number
        InTermForm.document LetterForm.document_number OfficersForm.session ProjectForm.source PublishedForm.source
        PublishedForm.evaluators SheetForm.source SiteForm.source SubmitListForm.session""",
    "a place, an office, an aspect or a unit by its name": """
        AreaEditForm.name_en AreaForm.name_en AreaForm.name_zh IndicatorForm.unit LineForm.required_value LineForm.unit
        OrganisationEditForm.aliases OrganisationEditForm.name_en OrganisationForm.name_zh RenameForm.name_en
        RenameForm.name_zh YearForm.aspects ProgressForm.name SpecialDayForm.name""",
    "words that an office looks for": "ListedWordsForm.words",
    "figures pasted from a sheet": "PasteForm.sheet",
}
"""Why it is not looked at → fields as Form.field, or the function that makes them."""

NOT_PUBLIC = {field for fields in NOT_PUBLIC_FOR.values() for field in fields.split()}
