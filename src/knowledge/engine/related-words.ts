/**
 * Words that people use for one another when they ask, written for this project: everyday matters and customer service,
 * English and Chinese (simplified). A line is one topic; a word may stand in several. What a phrasing and a question
 * share here counts a little, which helps where an article has few phrasings, and lets a Chinese question find an
 * English phrasing. Measured on ten phrasings an article: 2 points of accuracy (HWU64's training part).
 */
export const RELATED_WORDS: readonly string[] = `
monday tuesday wednesday thursday friday saturday sunday weekday weekend 周一 周二 周三 周四 周五 周六 周日 星期 周末
january february march april may june july august september october november december month 月份 几月
morning afternoon evening night noon midnight tonight dawn 早上 上午 中午 下午 晚上 今晚 夜里
today tomorrow yesterday now 今天 明天 昨天 后天 现在
hour minute second oclock am pm 小时 分钟 点钟 几点
day week month year fortnight 天 周 月 年 星期
one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty fifty hundred thousand 一个 两个 三个 几个
first last next previous following earlier later upcoming 第一 最后 下一 上一 之前 之后
red green blue yellow purple orange pink white black brown grey color colour hue 颜色 红色 绿色 蓝色 黄色 紫色 白色 黑色
delete remove cancel erase clear discard drop wipe 删除 取消 清除 移除 撤销 注销
create add make new set put insert setup compose 新建 创建 添加 增加 设置
show list display view see tell give check look find search read 显示 查看 看看 告诉 查 查询 查找 搜索
change update edit modify alter adjust switch replace 修改 更改 变更 更新 换 调整
stop end quit pause halt cease mute silence 停止 暂停 结束 静音
increase raise up louder higher more boost 增加 提高 调高 大声
decrease lower down quieter softer reduce less dim 减少 降低 调低 小声
open unlock activate enable start begin launch on 打开 开启 激活 启用 开始 解锁
close shut lock deactivate disable off block freeze 关闭 锁定 停用 冻结 禁用
buy purchase order get acquire shop shopping 买 购买 下单 订购 订单 购物
sell return exchange refund reimburse money back 退货 退款 退换 换货 退 退钱 赔偿
cost price fee charge rate expensive cheap much pay 价格 多少钱 费用 收费 贵 便宜 价钱
pay payment bill invoice receipt owe due balance transaction transfer 支付 付款 账单 发票 收据 转账 交易 余额
paypal visa mastercard alipay wechat applepay method installment instalment 支付宝 微信 信用卡 分期 花呗
bank account savings checking deposit withdraw atm credit debit card 银行 账户 存款 取款 信用卡 储蓄 银行卡
money cash dollar euro pound currency cent buck yen yuan 钱 现金 美元 欧元 人民币 货币
ship shipping deliver delivery send mail post parcel package courier dispatch freight 发货 配送 快递 送货 邮寄 包裹 物流 寄 运送
postage shipping delivery freight free 运费 邮费 包邮
track tracking status where follow locate arrive 跟踪 查询 进度 到哪 状态 物流
late delay overdue wait slow long 延迟 晚 慢 等 还没到 多久
broken damage defective faulty crack repair fix fault warranty guarantee 坏 损坏 破损 故障 维修 修理 保修 质量
lost missing stolen misplaced gone disappear theft 丢 丢失 不见 被盗 遗失
wrong incorrect mistake error another different 错 错误 发错 不对 弄错
help support assist assistance agent human representative person operator staff 帮助 客服 人工 协助 帮忙
login password signin pin code username account access credential register signup 登录 密码 账号 验证码 注册 用户名
phone mobile cell telephone call ring dial smartphone number 电话 手机 打电话 号码 联系
email mail inbox message gmail 邮件 邮箱 电子邮件
text sms message whatsapp chat 短信 消息 聊天 微信
tweet twitter facebook instagram social post 微博 朋友圈 社交
contact address phonebook reach 联系 联系方式 地址 通讯录
address street zip postcode destination 地址 收货地址 邮编
meeting appointment event calendar schedule agenda conference 会议 预约 日程 日历 活动
reminder remind alert notify notification alarm wake 提醒 通知 闹钟
timer countdown stopwatch clock time 计时 倒计时 时间 时钟
song track music tune album playlist artist singer band melody 歌 歌曲 音乐 专辑 歌手
rock jazz pop classical rap hiphop country metal blues genre 摇滚 爵士 流行 古典
radio station fm channel broadcast podcast episode 电台 广播 播客 频道
movie film cinema theater theatre show tv series 电影 影院 电视 节目
book audiobook novel story read chapter author 书 小说 有声书 阅读
game play chess puzzle level 游戏 玩
joke funny laugh humor humour hilarious 笑话 搞笑
news headline article story 新闻 头条
weather forecast temperature rain snow sunny cloudy umbrella storm wind hot cold humid degree 天气 温度 下雨 下雪 预报 气温
light lamp bulb brightness bright dark 灯 灯光 亮度
kitchen bedroom bathroom living room garage hallway house home 厨房 卧室 客厅 浴室 家里 房间
vacuum clean cleaner hoover cleaning wash laundry housekeeping 打扫 清洁 吸尘 清洗 洗衣
coffee espresso tea latte cup brew drink beverage 咖啡 茶 饮料
plug socket outlet charger battery power 插座 充电 电池 电源
volume loud sound audio speaker 音量 声音 音箱
food meal dinner lunch breakfast eat snack supper 吃 食物 早餐 午餐 晚餐 饭
recipe cook bake ingredient dish prepare 菜谱 做饭 烹饪 食材
restaurant takeaway takeout cafe bar diner pub eat menu 餐厅 外卖 饭店 菜单
pizza burger sushi curry pasta sandwich noodle 披萨 汉堡 寿司 面条
calorie nutrition healthy vitamin diet protein fat sugar allergy allergen vegan vegetarian gluten 热量 营养 健康 过敏 素食
train bus taxi cab uber subway metro tram ride shuttle transfer 火车 公交 出租车 地铁 打车 班车
car vehicle auto truck drive tire tyre engine oil gas fuel petrol 车 汽车 开车 轮胎 加油
park parking garage lot space 停车 停车场 车位
flight fly plane airline airport airplane ticket boarding 航班 飞机 机场 机票 航空
luggage baggage suitcase bag carryon 行李 行李箱 箱子
hotel room stay accommodation motel inn night suite bed 酒店 房间 住宿 客房 宾馆
checkin check arrive arrival early 入住 办理入住 到店
checkout check leave late departure 退房 离店
travel trip vacation holiday journey visit tour 旅行 旅游 出行 度假 假期
visa passport identity id document permit 签证 护照 身份证 证件
traffic jam congestion road route direction way highway street 交通 堵车 路线 怎么走 路
map navigate direction location nearby near around far distance where 地图 导航 位置 附近 在哪 哪里 多远
store shop branch outlet showroom 门店 店铺 商店 实体店 分店
country city town state capital nation place abroad international overseas worldwide 国家 城市 国外 海外 国际
language spanish french german italian chinese japanese english russian portuguese translate say 语言 英语 中文 翻译
definition define meaning mean word 意思 定义 含义
spell spelling letter 拼写 怎么写
calculate math plus minus times divide sum multiply square root equal percent 计算 加 减 乘 除 等于
convert conversion inch feet meter metre mile kilometer kilometre ounce 换算 转换 英寸 公里
stock share market trading price invest investment 股票 股价 投资
exchange rate dollar euro currency convert 汇率 兑换 外汇
tax vat income duty customs import 税 关税 海关 清关 所得税
job work office boss employee company career hire vacancy position apply 工作 招聘 公司 职位 应聘 老板
salary wage paycheck payday earn 工资 薪水
leave day off pto holiday sick 请假 休假 年假
insurance policy coverage health plan benefit claim 保险 理赔 保单
interest mortgage loan apr credit score 利率 贷款 利息 信用
doctor hospital medicine medical health symptom pain injury 医生 医院 药 健康 症状
dog cat pet puppy animal 宠物 狗 猫
mother father mom dad brother sister wife husband son daughter family parent 妈妈 爸爸 家人 妻子 丈夫
child children kid baby infant toddler age 孩子 儿童 婴儿 小孩
friend colleague buddy refer referral invite recommend 朋友 同事 推荐 邀请
birthday anniversary christmas easter thanksgiving party celebration wedding 生日 纪念日 圣诞 聚会 婚礼
list todo shopping task item grocery 清单 待办 列表
name called who whom 名字 谁 叫什么
old age born 多大 年龄
yes yeah yep sure correct right affirmative ok okay 是的 好的 对 可以
no nope nah wrong incorrect negative 不 不是 不对
thank appreciate grateful 谢谢 感谢
hello hi hey greeting 你好 您好
bye goodbye farewell 再见 拜拜
repeat again pardon 再说 重复
maybe perhaps possibly unsure 也许 可能
love like enjoy favorite favourite prefer 喜欢 爱
hate dislike awful terrible bad worst disappointed 讨厌 糟糕 差 失望
complain complaint feedback suggestion review rating 投诉 反馈 建议 评价
great good awesome excellent nice wonderful amazing perfect 很好 不错 优秀 棒
reserve reservation book booking table hold 预订 预定 订 预约 订位
discount sale coupon offer promo promotion deal voucher code bargain 折扣 优惠 优惠券 打折 促销 活动 优惠码
gift card wrap present voucher 礼物 礼品 礼品卡 包装
member membership loyalty point reward vip tier earn redeem mileage 会员 积分 等级 奖励 兑换
subscribe subscription plan upgrade downgrade renew renewal trial premium 订阅 套餐 升级 续费 试用
unsubscribe newsletter marketing spam 退订 订阅 广告 推送
hour open close time opening business 营业 营业时间 几点 开门 关门 上班
stock available availability inventory sold restock back 有货 库存 缺货 现货 补货 到货
size large small medium big fit measure length width height 尺寸 尺码 大小 码 长度
weight heavy light kilogram kilo pound gram 重量 公斤 斤
material cotton leather fabric wool plastic wood made 材质 面料 棉 皮革
product item model version brand goods 产品 商品 型号 品牌 款式
real genuine original authentic fake counterfeit 正品 真假 假货 原装
wholesale bulk quantity minimum business reseller dealer 批发 大量 起订 代理 批量
sample demo trial test try 样品 试用 试
invoice receipt vat company bill tax 发票 开票 抬头 收据
install installation assemble setup manual instruction guide 安装 组装 说明书 教程 使用
use work operate function feature how 使用 怎么用 功能 操作
app application website site page browser software 应用 软件 网站 页面 小程序
crash bug slow freeze hang glitch loading 崩溃 卡 闪退 打不开
sync connect link pair device wifi bluetooth internet network 连接 配对 网络 蓝牙 无线
pool gym spa sauna fitness swim 泳池 健身房 桑拿 游泳
class course lesson training teacher student school tuition enrol 课程 上课 学费 老师 学生 报名 培训
certificate diploma exam test qualification 证书 考试 资格
privacy data security safe gdpr personal information 隐私 数据 安全 个人信息
contract agreement terms condition policy rule 合同 协议 条款 规定 政策
want need would like wish 想 要 需要
remember memory recall save store 记住 记得 保存
explain describe information info detail about 说明 介绍 详情 信息 了解
whisper voice accent gender speak talk 声音 语音 口音 说话
restart reset reboot factory restore 重启 重置 恢复
urgent hurry fast quick express asap soon immediately 急 加急 尽快 马上 快
reason why cause because 为什么 原因 怎么回事
`
  .trim()
  .split("\n");
