"""Thai that breaks between words and never inside one.

Thai has no spaces between words, and browsers part it by a dictionary of short ones: คำตอบ (answer) is cut into คำ (word)
and ตอบ (reply), and a surname wherever a short word is found in it. Compounds and names are put into an element that does
not break, on the way out and nowhere else. No sign is added to the text: what is copied, or found in the page, is what
stands there.
"""

import re

# A word that is no phrase: longer, and a line of a phone could not hold two of them.
_COMPOUNDS = """
กลโกง การกระทำ การฝึก การระงับ การโอน กู้คืน ก่อนหน้า ขณะนี้ ขั้นตอน ข้อผิดพลาด ข้อสงสัย ข้อเสนอ ครบกำหนด
ความจำ ความช่วยเหลือ ความยินยอม ความเชื่อมโยง ความเสียหาย คัดกรอง คัดแยก คำคัดค้าน คำชี้ขาด คำชี้แจง
คำตอบ คำตัดสิน คำพิพากษา คำพูด คำวินิจฉัย คำสั่ง คำอธิบาย คำอุทธรณ์ คำเตือน คืนนี้ คืนเงิน ค่าใช้จ่าย
ช่วงเวลา ช่วยเหลือ ช่องทาง ดำเนินการ ดำเนินคดี ตรวจค้น ตรวจสอบ ตัดสินใจ ตัวตน ตัวอักษร ต่างประเทศ
ต้องสงสัย ถูกต้อง ทั้งสอง ที่อยู่ ธงเตือน นักกฎหมาย นักวิเคราะห์ นำเข้า บัญชีม้า บัตรประชาชน บางส่วน
ปฏิบัติการ ปลายทาง ปิดผนึก ผลกระทบ ผู้ขอ ผู้คัดกรอง ผู้คัดค้าน ผู้จัดการ ผู้จ่าย ผู้ช่วย ผู้ดูแล
ผู้ดูแลระบบ ผู้ตรวจ ผู้ตรวจสอบ ผู้ตอบ ผู้ตัดสินใจ ผู้ต้องสงสัย ผู้ต้องหา ผู้ถือ ผู้ถือบัญชี ผู้บริสุทธิ์
ผู้บังคับบัญชา ผู้บัญชาการ ผู้ปกครอง ผู้พิพากษา ผู้ยืนยัน ผู้รอดพ้น ผู้รับโอน ผู้ร่าง ผู้สืบสวน ผู้สุจริต
ผู้ส่ง ผู้อนุมัติ ผู้อื่น ผู้อุทธรณ์ ผู้เชี่ยวชาญ ผู้เสนอ ผู้เสียหาย ผู้แจ้ง ผู้โอน ผู้ใช้ ผู้ให้บริการ
ฝึกซ้อม พยานหลักฐาน พระราชบัญญัติ ฟ้องร้อง มิฉะนั้น ยืนยันตัวตน ยุติการ รหัสผ่าน ระงับเงิน ราชบัญญัติ
รายชื่อ รายละเอียด รายวัน รายได้ รูปแบบ ร้านค้า ลงทะเบียน ลายนิ้วมือ ลายเซ็น วันที่ ศูนย์ปฏิบัติการ
สถานที่ สถานทูต สถานประกอบการ สถานพยาบาล สมุดงาน สายด่วน สายป้อน สายเงิน สายไฟ สิ่งที่ สิ้นสุด สู่ระบบ
ส่งมอบ ส่งออก หน่วยความจำ หน่วยงาน หน่วยประสานงาน หน้าเว็บ หมายค้น หมายจับ หยุดพัก หลอกลวง หลักฐาน
หลักเกณฑ์ อย่างน้อย ออบเจกต์ อีกครั้ง เกี่ยวกับ เข้าสู่ระบบ เครือข่าย เครื่องปั่นไฟ เครื่องมือ เงินเดือน
เจ้าตัว เจ้าหน้าที่ เดินทาง เผยแพร่ เพิ่มเติม เรียกคืน เสียหาย เส้นทาง เส้นทางเงิน เหล่านี้ แผ่นงาน
โรงพยาบาล ใกล้เคียง ใบอนุญาต ใบเสร็จ
"""
_RANK = r"(?:(?:[ก-ฮ]{1,3}\.){1,3}(?:หญิง)?|นางสาว|นาย|นาง|คุณ)"
# First name and surname after a title or a rank; each part stays whole, and they may part from each other.
_NAME = rf"{_RANK} ?[ก-๎]{{2,20}} [ก-๎]{{2,20}}(?![ก-๎])"
_WHOLE = re.compile("|".join((_NAME, *sorted(_COMPOUNDS.split(), key=len, reverse=True))))
# Tags, and what has no lines of its own or is sent back as it is: an element cannot stand in it.
_LEFT_ALONE = re.compile(r"(<(textarea|title|select|option|svg|script|style)\b.*?</\2>|<[^>]*>)", re.DOTALL)
_THAI = re.compile("[ก-๎]")


def keep_words_whole(page: str) -> str:
    """A page whose Thai compounds and names do not break at the end of a line."""
    # Text, tag, name of the tag that was skipped, text, and so on.
    parts = _LEFT_ALONE.split(page)
    parts[::3] = [_wrap_words(text) if _THAI.search(text) else text for text in parts[::3]]
    parts[2::3] = [""] * len(parts[2::3])
    return "".join(parts)


def _wrap_words(text: str) -> str:
    wrapped = _WHOLE.sub(lambda found: _wrap_whole(found[0]), text)
    # As one element: where the text is a box's only child, its pieces would become boxes of their own.
    return f"<t-t>{wrapped}</t-t>" if wrapped != text else text


def _wrap_whole(found: str) -> str:
    return " ".join(f"<t-w>{part}</t-w>" for part in found.split(" "))
