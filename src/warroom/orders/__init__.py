"""What partners are told and what they answer: the outbox, its order of leaving, and the content of every order.

It knows nothing of holds or actions: who makes orders about a thing names its handler in `warroom.runtime.handlers`. It
refuses: to write a partner's format, and to send what begins something twice."""
