"""The form by which a roll of pupils is loaded."""

from __future__ import annotations

from django import forms

from junheng.web.language import say


class RollForm(forms.Form):
    """One roll."""

    file = forms.FileField(
        label=say("在校生名册（.csv）", "roll of pupils (.csv)"),
        help_text=say(
            "两列：学校代码、学生身份证号；由学籍系统导出后另存为 CSV",
            "two columns: school code and the pupil's identity number; exported from the register and saved as CSV",
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv,text/plain"}),
    )
