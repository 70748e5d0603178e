"""What the two series are called and are for (founding document)."""

from __future__ import annotations

from office.calendar import Series

TITLES = {
    Series.MID: "ประชุมติดตามงานและแก้ไขปัญหา",
    Series.END: "ประชุมสรุปผลการปฏิบัติงานประจำเดือน",
}
PURPOSES = {
    Series.MID: "ติดตามงานระหว่างเดือน รายงานปัญหาอุปสรรค ผลการแก้ไขครั้งก่อน และหาแนวทางแก้ไขร่วมกัน",
    Series.END: "สรุปผลการปฏิบัติงานตามแผนและส่งรายงานประจำเดือน วันประชุมนี้คือวันครบกำหนดส่งรายงาน",
}
