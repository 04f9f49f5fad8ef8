"""Thai that breaks between words and never inside one.

Thai has no spaces between words, and browsers part it by a dictionary of short ones: คำตอบ (answer) is cut into คำ (word)
and ตอบ (reply). The compounds of these pages are joined by a sign that nobody sees (U+2060), on the way out and nowhere
else: what is kept, compared and typed has none, and searching leaves it out.
"""

import re

JOINER = "\u2060"
_COMPOUNDS = (
    "คำ|ตอบ คำ|สั่ง คำ|ขอ คำ|ร้อง เจ้า|หน้า|ที่ ผู้|เสีย|หาย ผู้|คัดกรอง ผู้|ต้อง|สงสัย ผู้|ดูแล หยุด|พัก หน่วย|งาน "
    "ทรัพย์|สิน บัญชี|ม้า สาย|ด่วน สาย|เงิน ปฏิบัติ|การ มาตร|การ ข้อ|เสนอ ราย|การ หลัก|ฐาน ลาย|เซ็น คัด|แยก ปลาย|ทาง ต้น|ทาง "
    "ร้าน|ค้า เจ้า|ของ ใกล้|เคียง ขณะ|นี้ ทั้ง|หมด เพิ่ม|เติม ความ|เชื่อม|โยง"
)
_JOINED = {one.replace("|", ""): one.replace("|", JOINER) for one in _COMPOUNDS.split()}
# Tags are left alone, and so are textareas: their content is sent back as it is.
_PARTS = re.compile(
    r"<textarea\b.*?</textarea>|<[^>]*>|" + "|".join(sorted(_JOINED, key=len, reverse=True)), re.DOTALL
)


def join_compounds(page: str) -> str:
    """A page whose Thai compounds do not break at the end of a line."""
    return _PARTS.sub(lambda found: _JOINED.get(found[0], found[0]), page)
