-- The requests that wrk sends.  Settings come from the environment:
--	WHAT=read	read voters by id; IDS is a file of ids, TOKEN the bearer
--			token
--	WHAT=signup	sign up a new person with each request; CAMPAIGN is the
--			campaign's id
--	FIRST		a number that no earlier run used, so that people are new
--	PAUSE		how long each connection waits before its next request,
--			in milliseconds on average; 0 if it is not set
-- The last line of the output is JSON.
local env = os.getenv
local threads = 0

function setup(thread)
	thread:set("which", threads)
	threads = threads + 1
end

local function reads()
	local ids = {}
	local before = "GET /api/v1/voters/"
	local after = " HTTP/1.1\r\nHost: " .. wrk.headers["Host"] ..
	    "\r\nAuthorization: Bearer " .. env("TOKEN") .. "\r\n\r\n"

	for id in io.lines(env("IDS")) do
		ids[#ids + 1] = id
	end
	math.randomseed(tonumber(env("FIRST")) + which)
	return function()
		return before .. ids[math.random(#ids)] .. after
	end
end

local function signups()
	-- One thread uses even numbers, the other one odd numbers.
	local n = tonumber(env("FIRST")) + which
	local head = "POST /api/v1/signups HTTP/1.1\r\nHost: " ..
	    wrk.headers["Host"] .. "\r\nContent-Type: application/json\r\n" ..
	    "Content-Length: %d\r\n\r\n%s"
	local person = '{"campaign_id":' .. env("CAMPAIGN") ..
	    ',"first_name":"Guest","last_name":"No%d",' ..
	    '"email_address":"guest.%d@example.net",' ..
	    '"phone_number":"+1%d","notes":"At the fair."}'

	return function()
		n = n + 2
		local phone = 9002000000 + math.floor(n / 10000) % 800 * 10000 +
		    n % 10000 + math.floor(n / 8000000) % 99 * 10000000
		local body = person:format(n % 30000, n, phone)
		return head:format(#body, body)
	end
end

-- wrk waits for whole milliseconds.
if env("PAUSE") then
	function delay()
		return math.floor(env("PAUSE") * 2 * math.random() + 0.5)
	end
end

function init()
	request = env("WHAT") == "signup" and signups() or reads()
end

-- wrk requires this function before it runs init().
request = reads

function done(summary, latency)
	local e = summary.errors

	print(('{"requests":%d,"us":%d,"p50":%.3f,"p99":%.3f,"failed":%d,' ..
	    '"socket_errors":%d}'):format(summary.requests, summary.duration,
	    latency:percentile(50) / 1000, latency:percentile(99) / 1000,
	    e.status, e.connect + e.read + e.write + e.timeout))
end
