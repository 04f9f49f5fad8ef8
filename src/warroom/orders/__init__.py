"""Orders to partners and their answers: the outbox, the sequence of sending, and the content of every order.

It knows nothing of holds or actions: a package that makes orders registers its handler in `warroom.runtime.handlers`. It
refuses: to write a partner's format, and to send twice an order that begins something."""
