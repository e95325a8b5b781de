"""The texts of the screens and mails in Russian, Polish and Czech; English stands in the code."""
