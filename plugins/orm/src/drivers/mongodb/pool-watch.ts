/** Counts the connections of a client's pool, from what the client tells of them. */
import type { MongoClient } from 'mongodb';
import type { PoolStats } from '../driver.ts';

/** Begins to count; returns what tells how it stands. */
export function watchPool(client: MongoClient): () => PoolStats {
  let [size, used, waiting] = [0, 0, 0];
  client.on('connectionCreated', () => size++);
  client.on('connectionClosed', () => size--);
  client.on('connectionCheckOutStarted', () => waiting++);
  client.on('connectionCheckOutFailed', () => waiting--);
  client.on('connectionCheckedOut', () => {
    waiting--;
    used++;
  });
  client.on('connectionCheckedIn', () => used--);
  return () => ({ size, idle: Math.max(0, size - used), waiting });
}
