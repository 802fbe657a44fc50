// A tus server of another hand, to test our client against: node tus.mjs FOLDER PORT
import http from 'node:http';
import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';

const [directory, port] = process.argv.slice(2);
const server = new Server({ path: '/files', datastore: new FileStore({ directory }) });
http.createServer((request, response) => server.handle(request, response)).listen(Number(port), '127.0.0.1');
