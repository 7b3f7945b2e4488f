"""What is offered: programmes, the pools that they are funded with, their calls, and who is told of them."""
