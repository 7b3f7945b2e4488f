"""How a certificate looks: one picture, written as SVG and as PDF."""

from tokenry.programmes.certificates.drawing.lettering import clean, of_name
from tokenry.programmes.certificates.drawing.pdf import Attached, pdf
from tokenry.programmes.certificates.drawing.sheet import HEIGHT, QR_AT, QR_SIDE, WIDTH, Printed, sheet
from tokenry.programmes.certificates.drawing.svg import svg

__all__ = ["HEIGHT", "QR_AT", "QR_SIDE", "WIDTH", "Attached", "Printed", "clean", "of_name", "pdf", "sheet", "svg"]
