"""One page that shows a study: its text, its pictures and what it takes to sort its table."""
