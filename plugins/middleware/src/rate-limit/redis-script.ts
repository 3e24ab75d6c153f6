/**
 * The counters in Redis, in one script: the same two algorithms as in memory, by the time of the Redis server, so that the
 * clocks of several machines need not agree. Source: token-bucket.ts, sliding-window.ts; Redis, "Scripting with Lua".
 */
import { hash } from 'node:crypto';

/** KEYS: the key. ARGV: algorithm, cost, limit, window in ms, burst, block in ms. Returns what was consumed of `burst` (more than that: refused) and a wait in ms. */
export const TAKE_SCRIPT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local algorithm = ARGV[1]
local cost, limit, window, burst, block = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local tolerance = 0.000001
local state = redis.call('HMGET', KEYS[1], 'blocked', 'full', 'index', 'current', 'previous')
local blocked = tonumber(state[1]) or 0
if blocked > now then return { burst + cost, math.ceil(blocked - now) } end

local function refuse(wait, keep)
  if block > 0 then
    redis.call('HSET', KEYS[1], 'blocked', string.format('%.3f', now + block))
    redis.call('PEXPIRE', KEYS[1], math.ceil(math.max(keep, block)))
    wait = block
  end
  return { burst + cost, math.ceil(wait) }
end

if algorithm == 'token-bucket' then
  local perToken = window / limit
  local missing = math.max(0, (tonumber(state[2]) or 0) - now)
  local after = missing + cost * perToken
  local over = after - burst * perToken
  if over > 0.01 then return refuse(over, missing + 1) end
  redis.call('HSET', KEYS[1], 'full', string.format('%.3f', now + after))
  redis.call('PEXPIRE', KEYS[1], math.ceil(after) + 1)
  return { burst - math.floor(burst - after / perToken + 0.0001), math.ceil(after) }
end

local index = math.floor(now / window)
local known, current, previous = tonumber(state[3]) or -1, tonumber(state[4]) or 0, tonumber(state[5]) or 0
if known ~= index then
  previous = known == index - 1 and current or 0
  current = 0
end
local rest = (index + 1) * window - now
local used = previous * (rest / window) + current
if used + cost > limit + tolerance then
  local free = limit - cost
  local wait
  if free < 0 then wait = rest + window
  elseif current <= free then wait = rest - (free - current) / previous * window
  else wait = rest + window - free / current * window end
  return refuse(wait, rest + window)
end
redis.call('HSET', KEYS[1], 'index', string.format('%.0f', index), 'current', tostring(current + cost), 'previous', tostring(previous))
redis.call('PEXPIRE', KEYS[1], math.ceil(rest + window))
return { burst - math.floor(limit - used - cost + tolerance), math.ceil(rest + window) }
`;

/** The name under which Redis keeps the script. */
export const TAKE_SCRIPT_SHA: string = hash('sha1', TAKE_SCRIPT, 'hex');
