import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { smtpMailer } from './mailer.ts'

/** As much of RFC 5321 as one mail needs; keeps what it was told. */
async function smtpServer() {
  const heard: string[] = []
  const server = createServer(socket => {
    let inData = false
    socket.write('220 test\r\n')
    socket.on('data', chunk => {
      for (const line of chunk.toString().split('\r\n').slice(0, -1)) {
        heard.push(line)
        if (inData && line !== '.') continue
        inData = line === 'DATA'
        socket.write(inData ? '354 go on\r\n' : line === 'QUIT' ? '221 bye\r\n' : '250 ok\r\n')
      }
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { heard, port: (server.address() as AddressInfo).port, close: () => server.close() }
}

test('a mail reaches the server as plain text', async () => {
  const { heard, port, close } = await smtpServer()
  const mailer = await smtpMailer({ url: `smtp://127.0.0.1:${port}`, from: 'Ohmstead <home@example.org>' })
  await mailer.send({ to: 'kari@example.org', subject: 'Hello', text: '<b>line</b>\nhttp://x' })
  mailer.close()
  close()
  expect(heard).toEqual(
    expect.arrayContaining([
      'MAIL FROM:<home@example.org>',
      'RCPT TO:<kari@example.org>',
      'Subject: Hello',
      'Content-Type: text/plain; charset=utf-8',
      '<b>line</b>',
    ]),
  )
})

test('a server that does not answer is an error', async () => {
  const { port, close } = await smtpServer()
  close()
  const mailer = await smtpMailer({ url: `smtp://127.0.0.1:${port}` })
  await expect(mailer.send({ to: 'a@example.org', subject: 's', text: 't' })).rejects.toThrow()
  mailer.close()
})
