-- LuaSocket and Lua's patterns.
local http, ltn12, mime = require("socket.http"), require("ltn12"), require("mime")
local url, user, password = table.unpack(arg)
local names = { amp = "&", lt = "<", gt = ">", quot = '"', apos = "'" }
local function decode(text) return (text:gsub("&(%w+);", names)) end
local function encode(text) return (text:gsub("&", "&amp;"):gsub("<", "&lt;"):gsub(">", "&gt;")) end

local function read(xml, at, lines)
  -- The values from `at` on to the </data> of their array, one line each; where they end.
  while true do
    local first, last, tag = xml:find("%s*<(/?%w+)>", at)
    if tag == "/data" then return last end
    local rest = xml:sub(last + 1, last + 7)
    if rest:find("^<array>") then
      local cells = {}
      last = read(xml, xml:find("<data>", last, true) + 6, cells)
      lines[#lines + 1] = table.concat(cells, "\t")
      at = select(2, xml:find("</value>", last, true)) + 1
    else
      local _, stop, inside = xml:find("^(.-)</value>", last + 1)
      local flag = inside:match("<boolean>([01])")
      lines[#lines + 1] = flag and (flag == "1" and "true" or "false") or decode(inside)
      at = stop + 1
    end
  end
end

for line in io.lines() do
  local words = {}
  for word in line:gmatch("[^\t]+") do words[#words + 1] = word end
  local params = {}
  for number = 2, #words do
    local word = words[number]
    local value = encode(word:sub(3))
    if word:sub(1, 3) == "sl:" then
      value = "<array><data>" .. word:sub(4):gsub("([^,]+),?", "<value>%1</value>") .. "</data></array>"
    end
    params[#params + 1] = "<param><value>" .. value .. "</value></param>"
  end
  local body = "<methodCall><methodName>" .. words[1] .. "</methodName><params>" .. table.concat(params) .. "</params></methodCall>"
  local parts = {}
  local _, status = http.request({
    url = url, method = "POST", source = ltn12.source.string(body), sink = ltn12.sink.table(parts),
    headers = { ["content-length"] = #body, authorization = "Basic " .. mime.b64(user .. ":" .. password) },
  })
  local answer = table.concat(parts)
  if status ~= 200 then
    print("status " .. status)
  elseif answer:find("<fault>", 1, true) then
    local said = {}
    for text in answer:gmatch("</name><value>(.-)</") do said[#said + 1] = decode((text:gsub("^<%w+>", ""))) end
    print("fault " .. table.concat(said, " "))
  else
    local lines = {}
    read(answer, answer:find("<data>", 1, true) + 6, lines)
    for _, text in ipairs(lines) do print(text) end
  end
  print(".")
end
