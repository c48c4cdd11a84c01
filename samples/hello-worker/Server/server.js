// A plain Node server as a role: `ProgramEntryPoint commandLine="node server.js"`.
const http = require('node:http');

const { ADDRESS: address, PORT: port, RoleInstanceID: instance } = process.env;

http
  .createServer((request, response) => response.end(`${instance} answers ${request.url}\n`))
  .listen(Number(port), address, () => console.log(`${instance} listens on http://${address}:${port}/`));
