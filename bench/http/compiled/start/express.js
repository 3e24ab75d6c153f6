/** express as its guide begins. */
import express from 'express';

const app = express();
app.get('/', (_request, response) => void response.type('text').send('Hello, world!'));
app.listen(Number(process.env.PORT), process.env.HOST);
process.once('SIGTERM', () => process.exit());
