/** The process of the server: `node main.ts [--alone] <port> [<user> <password>]`. It says when it can be used. */
import { listen } from './wire/server.ts';

const isAlone = process.argv.includes('--alone');
const [port, name, password = ''] = process.argv.slice(2).filter((part) => part !== '--alone');
await listen({ port: Number(port), isAlone, user: name === undefined ? undefined : { name, password } });
process.stdout.write('ready for connections\n');
