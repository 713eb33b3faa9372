// The one file that a district changes: its own address (https, entered with the platform as a business domain) and the id of its message template.
module.exports = {
  host: "https://grid.example.gov.cn",
  template: "",
};
