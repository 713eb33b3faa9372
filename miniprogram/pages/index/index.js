// The shell: the platform's word for who holds this phone becomes a ticket, the ticket opens the same pages that a browser shows.
const { host, template } = require("../../config.js");

const WORDS = {
  opening: "正在打开……",
  ask: "网格里来了新的事，可以在微信里提醒您。每答应一次，提醒一次。",
  silent: "没有网络，或者服务器没有回应。",
  refused: "没有认出这次登录，请再试一次。",
};

Page({
  data: { address: "", words: WORDS.opening, asks: false, failed: false },

  onLoad(query) {
    // A message opens the case that it is about.
    this.where = /^case\/\d+$/.test(query.open || "") ? `#/${query.open}` : "";
    if (template) this.setData({ words: WORDS.ask, asks: true });
    else this.begin();
  },

  agree() {
    // Has to follow a tap; whatever is answered, one comes in.
    wx.requestSubscribeMessage({ tmplIds: [template], complete: () => this.begin() });
  },

  open() {
    this.begin();
  },

  begin() {
    this.setData({ words: WORDS.opening, asks: false, failed: false });
    wx.login({
      success: ({ code }) => this.admit(code),
      fail: () => this.stop(WORDS.silent),
    });
  },

  admit(code) {
    wx.request({
      url: `${host}/api/v1/identity/weixin/admissions`,
      method: "POST",
      data: { code },
      success: ({ statusCode, data }) => {
        if (statusCode !== 201) return this.stop(statusCode < 500 ? WORDS.refused : WORDS.silent);
        this.setData({ address: `${host}/field/enter/?ticket=${encodeURIComponent(data.ticket)}${this.where}` });
      },
      fail: () => this.stop(WORDS.silent),
    });
  },

  stop(words) {
    this.setData({ words, asks: false, failed: true });
  },
});
