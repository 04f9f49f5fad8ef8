"""Pages of orders, and the door for partners' answers."""
