// The servers around the tested one: an endpoint for webhooks and a mail server. Both record what they receive.
import { createServer } from "node:http";
import { createServer as createSocket } from "node:net";

const listening = (server) => new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));

/** An endpoint of an app: `received` has the parsed notifications. */
export async function endpoint() {
  const received = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (data) => (body += data));
    request.on("end", () => {
      if (request.method === "POST") received.push(JSON.parse(body));
      response.end();
    });
  });
  await listening(server);
  const { port } = server.address();
  return { received, host: `127.0.0.1:${port}`, url: `http://127.0.0.1:${port}/hook`, stop: () => server.close() };
}

/** A mail server: `mails` has each mail with its recipients. */
export async function mailServer() {
  const mails = [];
  const server = createSocket((socket) => handleSmtp(socket, mails));
  await listening(server);
  return { mails, url: `smtp://127.0.0.1:${server.address().port}?tls=none`, stop: () => server.close() };
}

/** The part of SMTP that a sequential client needs. */
function handleSmtp(socket, mails) {
  let rest = "";
  let mail = null;
  let text = null;
  const reply = (line) => socket.write(`${line}\r\n`);
  socket.on("error", () => {});
  socket.on("data", (data) => {
    rest += data.toString("utf8");
    for (let end; (end = rest.indexOf("\r\n")) >= 0;) {
      const line = rest.slice(0, end);
      rest = rest.slice(end + 2);
      if (text !== null && line !== ".") text.push(line.replace(/^\.\./, "."));
      else if (text !== null) {
        mails.push({ ...mail, text: text.join("\n") });
        text = null;
        reply("250 kept");
      } else if (/^EHLO/i.test(line)) reply("250 localhost");
      else if (/^MAIL FROM/i.test(line)) {
        mail = { to: [] };
        reply("250 ok");
      } else if (/^RCPT TO/i.test(line)) {
        mail.to.push(/<(.*)>/.exec(line)[1]);
        reply("250 ok");
      } else if (/^DATA/i.test(line)) {
        text = [];
        reply("354 go on");
      } else if (/^QUIT/i.test(line)) {
        reply("221 bye");
        socket.end();
      } else reply("250 ok");
    }
  });
  reply("220 localhost");
}
