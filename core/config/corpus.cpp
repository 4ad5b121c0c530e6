// A small corpus of customer-service messages. Short and long ones on purpose: servers cost by length.
#include "config/corpus.hpp"

#include <array>

namespace lsrun::config {
namespace {

constexpr std::string_view messages[] = {
    "你好",
    "在吗?",
    "我想查一下我的订单到哪里了。",
    "怎么退货?",
    "请问退款一般几天到账?",
    "我的包裹显示已签收,但是我没有收到,请帮我核实一下。",
    "能开发票吗?抬头是公司。",
    "忘记密码了,收不到验证码怎么办?",
    "你们的营业时间是几点到几点?",
    "这款商品还有货吗?",
    "优惠券为什么用不了?",
    "我要投诉,快递员态度太差了。",
    "收货地址填错了,还能改吗?",
    "保修期是多久?需要保留包装吗?",
    "我的账号被锁定了,提示登录异常。",
    "可以用支付宝付款吗?",
    "订单一直显示待发货,已经三天了,能不能催一下?",
    "这个套餐包含哪些服务?每个月多少钱?",
    "我想取消自动续费。",
    "怎么联系人工客服?",
    "耳机左边没有声音,刚买一个星期,可以换新的吗?",
    "会员积分怎么兑换礼品?",
    "海外能配送吗?运费怎么算?",
    "刚才重复扣款了两次,请退回其中一笔。",
    "这个型号和上一代有什么区别?",
    "谢谢,问题解决了。",
    "我要修改预约时间,从周三上午改到周五下午。",
    "软件更新之后打不开了,重启也没有用。",
    "发票丢了还能补开吗?",
    "请把最近三个月的账单发到我的邮箱。",
    "孩子误操作充值了三百元,能不能退?",
    "空调安装需要另外收费吗?师傅什么时候上门?",
    "你们有没有实体店?上海的地址在哪里?",
    "我换了手机号,怎么更新绑定?",
    "说明书是英文的,有没有中文版?",
    "我上周买了一台洗衣机,安装以后脱水时噪音特别大,地面也会震动,我已经按照说明书调整了底脚,"
    "还是没有改善。请问是需要更换还是可以安排维修人员上门检查?费用由谁承担?",
    "我们公司打算采购五十套办公设备,需要对公转账和增值税专用发票,请问有没有批量优惠,交货期大概多长,"
    "能不能分两批送到北京和深圳的办公室?",
    "昨天和你们的客服沟通过一次,当时答应二十四小时内给我答复,现在已经过去两天了,还是没有人联系我,请尽快处理,"
    "我的工单号在邮件里。",
    "我在国外旅行时银行卡被盗刷,已经冻结了卡片,现在需要你们提供交易明细和商户信息,以便我向警方报案,"
    "请告诉我具体的流程和需要的材料。",
    "不太明白。",
    "Hello",
    "Where is my order?",
    "How do I return this?",
    "I never received the confirmation email.",
    "Can I change the delivery address after ordering?",
    "What are your opening hours on public holidays?",
    "My password reset link has expired.",
    "Is this item available in blue?",
    "Do you ship to Norway, and what does it cost?",
    "The discount code says it is not valid, but it should run until Sunday.",
    "I was charged twice for the same purchase.",
    "Please cancel my subscription.",
    "How long is the warranty?",
    "The left earbud stopped working after a week. Can I get a replacement?",
    "I would like to speak to a person.",
    "What documents do I need to open an account?",
    "My parcel is marked as delivered, but nobody in the house has seen it.",
    "Can you send me the invoice for March again?",
    "Which plan includes international calls?",
    "The app crashes as soon as I open the settings page.",
    "How do I update my phone number?",
    "Thanks, that solved it.",
    "Can I move my appointment from Tuesday morning to Thursday afternoon?",
    "Why was my payment declined?",
    "Do you have a student discount?",
    "I need a refund, the product is not as described.",
    "Is there a shop near the central station?",
    "How many points do I have left, and when do they expire?",
    "The manual is missing from the box.",
    "Could you explain the difference between the basic and the premium version?",
    "What happens to my data if I close my account?",
    "My internet connection drops every evening around eight.",
    "Please remove my address from your mailing list.",
    "Can two people use the same account at the same time?",
    "I forgot which email address I registered with.",
    "That did not help.",
    "We are a company of forty people and want to replace all our headsets this quarter. Could you send an offer with "
    "volume pricing, tell us how long delivery takes, and whether invoices can be split between two offices?",
    "I contacted you three days ago about a leaking dishwasher and was promised a call within a day. Nobody has "
    "called, "
    "the kitchen floor is damaged by now, and I would like to know when a technician will come and who pays for the "
    "floor.",
    "While travelling last week my card was used for two payments that I did not make. I have blocked the card "
    "already. "
    "What do I need to send you so that the payments are reversed, and how long does that usually take?",
    "Yes, please.",
};

}  // namespace

std::span<const std::string_view> corpus() { return messages; }

}  // namespace lsrun::config
