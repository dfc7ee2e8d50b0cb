"""What a PDF holds: its streams, unpacked, and its words, as far as it says which signs are meant."""

from __future__ import annotations

import re
import zlib
from base64 import a85decode
from binascii import unhexlify
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from .allowance import Allowance, CannotUnpack, inflated

_NUMBER = re.compile(rb"(\d+)\s+\d+\s+$")
_STREAM = re.compile(rb"\bstream(?:\r\n|\n|\r(?!\n))")
_ENCRYPTED = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
_FILTER = re.compile(rb"/Filter\s*(\[[^\]]*\]|/\w+)")
_LENGTH = re.compile(rb"/Length\s+(\d+)(?!\s+\d+\s+R)")
_PICTURE = re.compile(rb"/Subtype\s*/Image\b")
_FONT_FILE = re.compile(rb"/Length1\b|/Subtype\s*/(?:Type1C|CIDFontType0C|OpenType)\b")
_TABLE = re.compile(rb"/Type\s*/XRef\b")
_APART = "\n\n\n\n"
"""Between what does not stand together: more signs than may separate two words."""

_Map = Mapping[bytes, str]
"""What each code of a font means."""
_Reading = Callable[[bytes], str]
_Fonts = Mapping[bytes, _Reading]
"""How the codes are read of each font that a page names."""


class _Stream(NamedTuple):
    """A part of the file that may be packed."""

    number: int
    head: bytes
    data: bytes


def held_in_pdf(data: bytes, allowance: Allowance) -> Iterator[bytes]:
    """What stands in its streams, and its words as text in UTF-8.

    Raises:
        CannotUnpack: it has a password, or keeps some of its words in a way that nobody knows here.
    """
    if _ENCRYPTED.search(data):
        raise CannotUnpack("it is encrypted")
    unread: set[str] = set()
    bare, streams = _parted(data)
    opened: dict[int, bytes] = {}
    for stream in streams:
        if _TABLE.search(stream.head) or _FONT_FILE.search(stream.head):
            continue
        try:
            if found := _opened(stream, allowance):
                opened[stream.number] = found
                yield found
        except (zlib.error, ValueError, LookupError) as error:
            unread.add(f"one of its parts cannot be unpacked ({error})")
    texts = [bare, *opened.values()]
    yield _APART.join(_text(string) for text in texts for string in _strings(text)).encode("utf-8", "replace")
    yield from _shown(opened.values(), [*_fonts(texts, opened)])
    if unread or (unread := {*_unspelt(texts)}):
        raise CannotUnpack("; ".join(sorted(unread)))


# --- Streams ---------------------------------------------------------------------------------------------------------


def _parted(data: bytes) -> tuple[bytes, list[_Stream]]:
    """The file without its streams, and these."""
    bare, at = bytearray(), 0
    streams: list[_Stream] = []
    while start := _STREAM.search(data, at):
        head = data[max(at, data.rfind(b"obj", at, start.start())) : start.start()]
        number = _NUMBER.search(data, max(at, start.start() - len(head) - 24), start.start() - len(head))
        length = _LENGTH.search(head)
        end = start.end() + int(length[1]) if length else 0
        if not length or not data[end : end + 20].lstrip().startswith(b"endstream"):
            end = data.find(b"endstream", start.end())
            end = len(data) if end < 0 else end
        bare += data[at : start.start()] + b"\n"
        streams.append(_Stream(int(number[1]) if number else -len(streams), head, data[start.end() : end]))
        at = end
    return bytes(bare + data[at:]), streams


def _opened(stream: _Stream, allowance: Allowance) -> bytes:
    """What a stream holds; nothing of a picture but what it carries besides its pixels."""
    found = _FILTER.search(stream.head)
    data = stream.data
    names = re.findall(rb"/(\w+)", found[1]) if found else []
    if b"/Filter" in stream.head and not names:
        raise CannotUnpack("it says elsewhere how one of its parts is packed")
    for name in names:
        if name in (b"DCTDecode", b"DCT", b"JPXDecode"):
            return data
        if name in (b"CCITTFaxDecode", b"CCF", b"JBIG2Decode"):
            return b""
        if name not in _FILTERS:
            raise CannotUnpack(f"one of its parts is packed as {name.decode()}")
        data = _FILTERS[name](data, allowance)
    if re.search(rb"/Predictor\s+(?:[2-9]|1\d)", stream.head) and not _PICTURE.search(stream.head):
        raise CannotUnpack("one of its parts is packed with a predictor")
    return b"" if _PICTURE.search(stream.head) else data


def _from_hex(data: bytes, _allowance: Allowance) -> bytes:
    digits = re.sub(rb"[^0-9A-Fa-f]", b"", data.partition(b">")[0])
    return unhexlify(digits + b"0" * (len(digits) % 2))


def _from_85(data: bytes, _allowance: Allowance) -> bytes:
    return a85decode(data.partition(b"~>")[0].strip().removeprefix(b"<~"))


_FILTERS: Mapping[bytes, Callable[[bytes, Allowance], bytes]] = {
    **dict.fromkeys((b"FlateDecode", b"Fl"), inflated),
    **dict.fromkeys((b"ASCIIHexDecode", b"AHx"), _from_hex),
    **dict.fromkeys((b"ASCII85Decode", b"A85"), _from_85),
}

# --- Words -----------------------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    rb"(?P<literal>\((?:[^()\\]++|\\.|\((?:[^()\\]++|\\.|\((?:[^()\\]++|\\.)*+\))*+\))*+\))"
    rb"|(?P<hex><[0-9A-Fa-f\s]*+>)|(?P<number>[-+]?\d*\.?\d+)|/(?P<name>[^\s/\[\]<>()%]+)|(?P<word>[A-Za-z'\"][A-Za-z*0-9]*)",
    re.DOTALL,
)
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|[\r\n])|(.))", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_SPACE = -120.0
"""How far signs stand apart that a space is meant, in thousandths of the type's size."""


def _string(token: re.Match[bytes]) -> bytes:
    if token["hex"] is not None:
        digits = re.sub(rb"\s", b"", token["hex"][1:-1])
        return unhexlify(digits + b"0" * (len(digits) % 2))
    return _ESCAPE.sub(_unescaped, token["literal"][1:-1])


def _unescaped(escape: re.Match[bytes]) -> bytes:
    octal, line, sign = escape.groups()
    if octal:
        return bytes([int(octal, 8) & 255])
    return b"" if line else _ESCAPED.get(sign, sign)


def _strings(text: bytes) -> Iterator[bytes]:
    return (_string(token) for token in _TOKEN.finditer(text) if token["hex"] or token["literal"])


def _text(string: bytes) -> str:
    """A string of the document itself: its title, a note, an entry of its contents."""
    for mark, encoding in ((b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le"), (b"\xef\xbb\xbf", "utf-8")):
        if string.startswith(mark):
            return string[len(mark) :].decode(encoding, "replace")
    return string.decode("latin-1")


def _shown(streams: Iterable[bytes], fonts: list[_Fonts]) -> Iterator[bytes]:
    """The words that pages show, in the fonts that they may mean; nobody follows here which page has which."""
    written = [runs for runs in ([*_runs(stream)] for stream in streams) if runs]
    if len(written) * len(fonts) > _MOST_READINGS:
        raise CannotUnpack("it has too many pages with fonts of their own")
    for runs in written:
        for each in fonts:
            words = ["".join(each.get(part.font, _as_written)(part.codes) for part in run) for run in runs]
            # Pages place words, or letters, each by themselves: nobody can tell without measuring which stand together.
            for between in ("", " "):
                yield between.join(words).encode("utf-8", "replace")


_MOST_READINGS = 20_000


class _Part(NamedTuple):
    """Signs that stand together on a page."""

    font: bytes
    """Its name among the page's; nothing for a space that is made by moving on."""
    codes: bytes


def _runs(stream: bytes) -> Iterator[list[_Part]]:
    """What each operator shows that shows text, and spaces where there is room for one."""
    run: list[_Part] = []
    font = name = b""
    for token in _TOKEN.finditer(stream):
        if token["hex"] is not None or token["literal"] is not None:
            run.append(_Part(font, _string(token)))
        elif token["number"] and run and float(token["number"]) < _SPACE:
            run.append(_Part(b"", b" "))
        elif token["name"]:
            name = token["name"]
        elif word := token["word"]:
            font = name if word == b"Tf" else font
            if word in (b"Tj", b"TJ", b"'", b'"'):
                yield run
            run = []


# --- Which signs are meant -------------------------------------------------------------------------------------------

_OBJECT = re.compile(rb"\b(\d+)\s+\d+\s+obj\b")
_PACKED_OBJECTS = re.compile(rb"\s*((?:\d+\s+\d+\s+)+)")
_DICTIONARY = re.compile(rb"<<([^<>]*+(?:<[0-9A-Fa-f\s]*+>[^<>]*+)*+)>>")
_ENTRY = re.compile(rb"/([^\s/\[\]<>()%]+)\s+(\d+)\s+\d+\s+R\b")
_TO_UNICODE = re.compile(rb"/ToUnicode\s+(\d+)\s+\d+\s+R\b")
_IS_FONT = re.compile(rb"/Type\s*/Font\b|/ToUnicode\b")


def _as_written(codes: bytes) -> str:
    return codes.decode("latin-1")


def _fonts(texts: Iterable[bytes], streams: Mapping[int, bytes]) -> Iterator[_Fonts]:
    """Each set of fonts that a page may name, and none at all."""
    objects = dict(_objects(texts))
    fonts = {number: _reading(text, streams) for number, text in objects.items() if _IS_FONT.search(text)}
    told: set[tuple[tuple[bytes, int], ...]] = {()}
    yield {}
    for text in objects.values():
        for held in _DICTIONARY.findall(text):
            named = tuple(sorted((name, int(n)) for name, n in _ENTRY.findall(held) if int(n) in fonts))
            if named not in told:
                told.add(named)
                yield {name: fonts[number] for name, number in named}


def _objects(texts: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    for text in texts:
        starts = [*_OBJECT.finditer(text)]
        ends = [*(start.start() for start in starts[1:]), len(text)]
        found = [(int(start[1]), text[start.end() : end]) for start, end in zip(starts, ends, strict=False)]
        if not found and (head := _PACKED_OBJECTS.match(text)):
            numbers = [*map(int, head[1].split())]
            ends = [*numbers[3::2], len(text)]
            found = [
                (number, text[head.end() + start : head.end() + end])
                for number, start, end in zip(numbers[::2], numbers[1::2], ends, strict=False)
            ]
        yield from found


def _reading(font: bytes, streams: Mapping[int, bytes]) -> _Reading:
    """How a font's codes are read: by its table, by a known name, or as they are."""
    table = _TO_UNICODE.search(font)
    if table and (meanings := _map(streams.get(int(table[1]), b""))):
        return lambda codes: _mapped(codes, meanings)
    for name, codec in _CODECS.items():
        if name in font:
            return lambda codes: codes.decode(codec, "replace")
    return _as_written


_CODECS = {b"-UTF16-": "utf-16-be", b"/KSC": "cp949", b"/GBK": "gbk"}
_PAIRS = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_CODES = re.compile(rb"<([0-9A-Fa-f\s]*)>|(\[)|(\])")


def _map(text: bytes) -> _Map:
    """What a font's codes mean, as its table has it."""
    found: dict[bytes, str] = {}
    for kind, body in _PAIRS.findall(text):
        codes = [unhexlify(re.sub(rb"\s", b"", each)) for each in re.findall(rb"<((?:[0-9A-Fa-f]{2}|\s)*)>", body)]
        if kind == b"bfchar":
            found.update((code, _signs(meant)) for code, meant in zip(codes[::2], codes[1::2], strict=False))
        else:
            found.update(_ranges(body))
    return found


def _ranges(body: bytes) -> Iterator[tuple[bytes, str]]:
    entry = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(?:<([0-9A-Fa-f]+)>|\[([^\]]*)\])")
    for first, last, meant, each in entry.findall(body):
        start, size = int(first, 16), len(first) // 2
        end = min(int(last, 16), start + 0xFFFF)
        if meant:
            base = int(meant, 16)
            for code in range(start, end + 1):
                yield code.to_bytes(size, "big"), _signs((base + code - start).to_bytes(len(meant) // 2, "big"))
        else:
            for code, signs in zip(range(start, end + 1), re.findall(rb"<([0-9A-Fa-f]+)>", each), strict=False):
                yield code.to_bytes(size, "big"), _signs(unhexlify(signs))


def _signs(meant: bytes) -> str:
    return meant.decode("utf-16-be" if len(meant) > 1 else "latin-1", "replace")


def _mapped(string: bytes, meanings: _Map) -> str:
    size = len(next(iter(meanings)))
    return "".join(meanings.get(string[at : at + size], "") for at in range(0, len(string), size))


_FONT = re.compile(rb"/Subtype\s*/Type0\b")
_READ_WITHOUT_A_TABLE = re.compile(rb"/Encoding\s*/(?:Uni\w+-UTF16-[HV]|KSC\w*-[HV]|GBK\w*-[HV])")


def _unspelt(texts: Iterable[bytes]) -> Iterator[str]:
    """What is said of a font whose codes nothing explains."""
    for text in texts:
        for font in _FONT.finditer(text):
            start, end = text.rfind(b"<<", 0, font.start()), text.find(b">>", font.end())
            about = text[max(0, start) : end if end > 0 else len(text)]
            if b"/ToUnicode" not in about and not _READ_WITHOUT_A_TABLE.search(about):
                yield "a font in it says only which glyphs it shows, not which letters"
