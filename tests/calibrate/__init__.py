"""From a dispatch export to a scenario: reading, cleaning, fitting, writing down."""
