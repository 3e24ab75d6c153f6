/** The process of the server: `node main.ts <port> [<user> <password>]`. It says when it can be used. */
import { listen } from './wire/server.ts';

const [port, name, password = ''] = process.argv.slice(2);
await listen({ port: Number(port), user: name === undefined ? undefined : { name, password } });
process.stdout.write('ready for connections\n');
