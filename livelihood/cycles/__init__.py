"""Where and when: areas, organisations, and the cycle (one area, one year) every other row hangs on."""
