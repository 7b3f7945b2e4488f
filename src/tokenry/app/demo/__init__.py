"""An installation with a year behind it, made in a minute: so that every room can be looked at while it is lived in.

Everything in it was asked for over HTTP, on the pages of signing in and the public API, of a house whose clock was put
back by a year and moved on; what a room shows is what its books came to. The engines are scripted and the people are
roles. The folder says what it is, and no other folder is ever filled.
"""

from tokenry.app.demo.folder import PASSWORD as PASSWORD
from tokenry.app.demo.making import demo as demo
from tokenry.app.demo.making import make_demo as make_demo
