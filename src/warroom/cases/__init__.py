"""Cases and their holds: reports become cases, money is followed, exact amounts are held, released, extended and appealed.

It refuses: to hold a whole account, to hold more than the loss or the balance, to let one baht serve two
victims, and to
let one officer act as two."""
