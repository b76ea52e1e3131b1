"""Everything that people can do to records, in words."""

from __future__ import annotations

from junheng.text import Text

ACTIONS: dict[str, Text] = {
    "first-run": Text("首次设置", "first run"),
    "account-opened": Text("新建账号", "account opened"),
    "account-closed": Text("停用账号", "account closed"),
    "account-reopened": Text("重新启用账号", "account opened again"),
    "account-reset": Text("重置口令与动态码", "password and one-time code reset"),
    "password-changed": Text("修改口令", "password changed"),
    "second-factor-set": Text("绑定动态码", "one-time code set up"),
    "language-set": Text("切换语言", "language switched"),
    "post-given": Text("授予岗位", "post given"),
    "post-taken": Text("撤销岗位", "post taken away"),
    "example-loaded": Text("载入示例区", "example loaded"),
    "records-taken": Text("载入记录", "records taken in"),
    "field-set": Text("修改记录", "records edited"),
    "returns-opened": Text("开放年报填报", "returns opened"),
    "return-filed": Text("上传年报", "workbook uploaded"),
    "return-submitted": Text("上报年报", "return submitted"),
    "return-returned": Text("退回年报", "return sent back"),
    "return-accepted": Text("接收年报", "return accepted"),
    "return-taken": Text("年报写入记录", "return taken into the records"),
    "snapshot-made": Text("制作快照", "snapshot made"),
    "job-queued": Text("提交计算任务", "job queued"),
    "job-cancelled": Text("取消计算任务", "job cancelled"),
    "plan-started": Text("开始编制方案", "plan started"),
    "plan-submitted": Text("提交方案", "plan submitted"),
    "plan-sent_back": Text("退回方案", "plan sent back"),
    "plan-approved": Text("批准方案", "plan approved"),
    "plan-commented": Text("对方案提意见", "plan commented"),
}
