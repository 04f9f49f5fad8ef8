"""Check digits and checksums, each by the rule that defines it."""

from hashlib import sha256

# Verhoeff's multiplication table is that of the dihedral group D5; computed, since a typed table hides a
# slip.
_VERHOEFF_TIMES = tuple(
    tuple((a + b) % 5 if a < 5 and b < 5 else (a + b) % 5 + 5 if a < 5 else (a - b) % 5 + 5 if b < 5 else (a - b) % 5 for b in range(10))
    for a in range(10)
)  # fmt: skip
_VERHOEFF_TURN = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
# Bitcoin's alphabet: without 0, O, I and l, which people confuse.
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
# Generator of the BCH code in BIP 173.
_BECH32_STEPS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32_ENDS = (1, 0x2BC830A3)
"""What bech32 and bech32m leave (BIP 173, BIP 350)."""


def is_valid_thai_id(digits: str) -> bool:
    """Whether the check digit of a Thai 13-digit number is right: weights 13 to 2, modulo 11."""
    total = sum(int(digit) * (13 - at) for at, digit in enumerate(digits[:12]))
    return len(digits) == 13 and (11 - total % 11) % 10 == int(digits[12])


def is_valid_china_id(text: str) -> bool:
    """Whether a Chinese 18-digit number is right: ISO 7064 MOD 11-2 (GB 11643-1999), ten written X."""
    total = sum((10 if sign == "X" else int(sign)) * pow(2, 17 - at, 11) for at, sign in enumerate(text))
    return len(text) == 18 and total % 11 == 1


def is_valid_verhoeff(digits: str) -> bool:
    """Verhoeff's check (1969), as Aadhaar uses it: every single slip and every swap of neighbours shows."""
    left = 0
    for at, digit in enumerate(reversed(digits)):
        turned = int(digit)
        for _ in range(at % 8):
            turned = _VERHOEFF_TURN[turned]
        left = _VERHOEFF_TIMES[left][turned]
    return left == 0


def is_valid_document_field(field: str, check: str) -> bool:
    """A field of a machine-readable zone: weights 7, 3, 1, letters from A = 10 (ICAO Doc 9303-3, 4.9)."""
    # Base 36 gives A = 10 to Z = 35, as the standard defines; the filler "<" is worth 0.
    values = (0 if sign == "<" else int(sign, 36) for sign in field)
    total = sum(value * (7, 3, 1)[at % 3] for at, value in enumerate(values))
    return str(total % 10) == ("0" if check == "<" else check)


def decode_base58check(text: str) -> bytes | None:
    """What a Base58Check text holds without its checksum; None where the checksum is wrong or a sign unknown."""
    number = 0
    for sign in text:
        place = _BASE58.find(sign)
        if place < 0:
            return None
        number = number * 58 + place
    # Each leading "1" encodes one zero byte, which the number itself cannot show.
    body = b"\0" * (len(text) - len(text.lstrip("1"))) + number.to_bytes(
        (number.bit_length() + 7) // 8, "big"
    )
    return (
        body[:-4] if len(body) > 4 and sha256(sha256(body[:-4]).digest()).digest()[:4] == body[-4:] else None
    )


def is_valid_bech32(text: str) -> bool:
    """Whether a segwit address's checksum is right; one that mixes small and large letters is wrong by the rule."""
    if text not in (text.lower(), text.upper()):
        return False
    head, parted, body = text.lower().rpartition("1")
    if not parted or len(body) < 7 or any(sign not in _BECH32 for sign in body):
        return False
    values = [ord(sign) >> 5 for sign in head] + [0] + [ord(sign) & 31 for sign in head]
    values += [_BECH32.index(sign) for sign in body]
    left = 1
    for value in values:
        top = left >> 25
        left = (left & 0x1FFFFFF) << 5 ^ value
        for bit, step in enumerate(_BECH32_STEPS):
            left ^= step if top >> bit & 1 else 0
    # The version's rule (BIP 350): zero takes bech32, every later one bech32m.
    return left == _BECH32_ENDS[min(_BECH32.index(body[0]), 1)]


def is_valid_ethereum_checksum(body: str) -> bool | None:
    """The 40 hexadecimal digits of an address: whether its large letters are right (EIP-55); None where it has no mixed letters."""
    if body in (body.lower(), body.upper()):
        return None
    spelled = compute_keccak256(body.lower().encode()).hex()
    return all(
        sign.isdigit() or sign.isupper() == (int(nibble, 16) >= 8)
        for sign, nibble in zip(body, spelled, strict=False)
    )


def compute_crc16(text: str) -> str:
    """CRC-16/CCITT-FALSE in four large hexadecimal digits, as EMV payment codes end."""
    left = 0xFFFF
    for byte in text.encode():
        left ^= byte << 8
        for _ in range(8):
            left = (left << 1 ^ 0x1021 if left & 0x8000 else left << 1) & 0xFFFF
    return f"{left:04X}"


def compute_keccak256(data: bytes) -> bytes:
    """Keccak-256 as Ethereum has it: SHA-3's sponge with the padding of before the standard, so `hashlib` has no such hash."""
    # 0x01 is Keccak's original padding; SHA-3 as standardised begins its padding with 0x06.
    padded = bytearray(data + b"\x01")
    # 136 bytes: the rate of Keccak with 256 bits of output (1600 - 2 * 256 bits).
    padded += b"\0" * (-len(padded) % 136)
    padded[-1] |= 0x80
    lanes = [[0] * 5 for _ in range(5)]
    for start in range(0, len(padded), 136):
        for at in range(17):
            word = padded[start + 8 * at : start + 8 * at + 8]
            lanes[at % 5][at // 5] ^= int.from_bytes(word, "little")
        lanes = _permute_lanes(lanes)
    return b"".join(lanes[at % 5][at // 5].to_bytes(8, "little") for at in range(4))


def _permute_lanes(lanes: list[list[int]]) -> list[list[int]]:
    """Keccak-f[1600]: 24 rounds; the constants come from its shift register (FIPS 202, 3.2)."""
    register = 1
    for _ in range(24):
        sums = [lane[0] ^ lane[1] ^ lane[2] ^ lane[3] ^ lane[4] for lane in lanes]
        lanes = [
            [lane ^ sums[x - 1] ^ _rotate_left(sums[(x + 1) % 5], 1) for lane in lanes[x]] for x in range(5)
        ]
        x, y, held = 1, 0, lanes[1][0]
        for step in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            held, lanes[x][y] = lanes[x][y], _rotate_left(held, (step + 1) * (step + 2) // 2)
        for y in range(5):
            row = [lanes[x][y] for x in range(5)]
            for x in range(5):
                lanes[x][y] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5])
        for bit in range(7):
            register = (register << 1 ^ (register >> 7) * 0x71) & 0xFF
            lanes[0][0] ^= (1 << (1 << bit) - 1) if register & 2 else 0
    return lanes


def _rotate_left(lane: int, places: int) -> int:
    places %= 64
    return (lane << places | lane >> 64 - places) & 0xFFFFFFFFFFFFFFFF if places else lane
