"""What the chat application of one person talks to: one view stream, one door for actions.

Mount `LocalTelegram.client_app()` under any prefix. All addresses below are relative to it.
This text is the contract with the page that draws it. Ids are JSON numbers; times are Unix
seconds; a field is always present unless it says "absent".

GET  stream?person=<user id>          WebSocket
    The server sends the whole view on connect and again after each change, at most about
    every 30 ms. The client sends nothing. Close code 4404: no such person.

    View = {
      "type": "view",
      "now": 1760000000,
      "me": Person,
      "chats": [Chat, ...],                  last activity first
      "messages": {"<chat id>": [Message, ...]},   oldest first; empty unless state is "member"
      "answer": Answer | null,               the last answer to a button this person pressed
      "web_app": {"title": "...", "url": "https://...#tgWebAppData=..."} | null
                                             a page a bot opened by itself (join request guard)
    }
    Person = {"id": 1001, "name": "Fan", "username": "fan", "color": "#4f7cac", "bot": false}
    Chat = {
      "id": -1000000000001,                  a bot's id for the private chat with that bot
      "kind": "bot" | "group" | "channel",
      "title": "Tide Club", "username": "tide" | null, "color": "#4f7cac",
      "state": "member"                      may read (in a bot's chat: always this)
             | "can_join" | "can_request"    knows an invite link; tapping joins / asks
             | "requested"                   asked and waiting
             | "left" | "removed",           removed: banned; links do not work until unbanned
      "invite_link": "https://t.me/+abc" | null,   what "Request to join" taps
      "members": 3,                          0 in a bot's chat
      "role": "owner" | "administrator" | "member" | null,
      "may_write": true,
      "tag": "#17 First100" | "",            this person's own tag in the group
      "started": true,                       bot's chat only: else show a START button
      "blocked": false,                      bot's chat only
      "commands": [{"command": "verify", "description": "..."}],   bot's commands, their language
      "menu_button": {"text": "Open", "url": "https://..."} | null,
      "keyboard": [[{"text": "...", "web_app": false}]] | null,    reply keyboard under the input
      "placeholder": "Message" | "...",      what the input field suggests
      "reply_to": 12 | null,                 the bot asked for a reply to this message
      "unread": 2,
      "last": {"from": "Tide", "text": "short plain text", "date": 1760000000} | null,
      "pinned": 12 | null,                   message id
      "requests": [{"user": Person, "date": 1760000000}]   only where this person may approve
    }
    Message = {
      "id": 12, "date": 1760000000, "edited": true,
      "from": {"id": 42, "name": "Tide", "color": "#...", "bot": true, "tag": "admin" | ""},
      "mine": false,
      "service": "Fan joined the group" | null,   draw small and centred; no other content then
      "text": [Segment, ...],                the text, or the caption if there is media
      "media": [Media, ...],
      "album": "id" | null,                  consecutive messages with one album id belong together
      "buttons": [[Button, ...], ...],
      "protected": true,                     no forward, no save: offer neither
      "reply_to": {"id": 11, "name": "Fan", "text": "short plain text"} | null,
      "forwarded_from": "Tide" | null,
      "preview": "https://..." | null,       link preview, if any
      "reactions": [{"emoji": "...", "count": 2, "mine": false}]
    }
    Segment = {"text": "plain, may hold newlines",      draw with textContent only
               "styles": ["bold", "italic", "underline", "strikethrough", "spoiler", "code",
                          "pre", "blockquote", "expandable_blockquote"],
               "url": "https://..." (absent unless it is a link),
               "command": "/verify" (absent unless tapping it sends this text)}
    Media = {"kind": "photo" | "audio" | "voice" | "document" | "video" | "animation",
             "url": "file/<key>",            answers Range requests
             "name": "tide.mp3", "mime": "audio/mpeg", "size": 12345, "duration": 61,
             "title": "Tide", "performer": "...", "width": 0, "height": 0, "spoiler": false}
    Button = {"text": "Continue", "kind": "callback" | "url" | "web_app" | "copy" | "other",
              "style": "primary" | "success" | "danger" | null}
    Answer = {"id": "77", "chat": 42, "message": 12, "text": "Counted" | "", "alert": false,
              "url": "https://..." | null, "pending": false}
             pending: pressed, the bot has not answered yet (draw the button as busy)

POST act         application/json, or multipart/form-data with the same fields as text parts
    {"person": 1001, "kind": "...", ...}  ->  200 {"ok": true, ...}  or  4xx {"error": "words"}

    kind           more fields                        answer, beside "ok"
    start          bot, payload ("")                  message: id
    send           chat, text, reply_to (null),       message: id
                   anonymous (false: an admin's message in the name of the group)
    send_audio     chat, file (multipart part),       message: id
                   caption, title, performer, duration
    send_document  chat, file, caption                message: id
    send_photo     chat, file, caption                message: id
    send_voice     chat, file, duration               message: id
    edit           chat, message, text
    delete         chat, message
    press          chat, message, row, column         result: "callback" (the view's "answer"
                   (or label instead of the two)        follows), or "url" | "web_app" | "copy"
                                                        with value: address or text to use
    key            chat, label                        message: id (reply keyboard); or, for a
                                                        page key, result "web_app" and value
    web_app_data   chat, label, data                  message: id (what a page key sends back)
    menu           bot                                result: "web_app", value
    open           url                                follows t.me links: result "started" with
                                                        chat, or as tap_invite; else "url", value
    tap_invite     link                               result: "joined" | "requested" | "member"
                                                        | "removed" | "expired" | "full", chat
    cancel_request chat
    leave          chat
    block, unblock bot
    react          chat, message, emoji ("" removes)
    pin            chat, message                      for administrators
    read           chat                               unread becomes 0
    close_answer   -                                  the view's "answer" becomes null
    close_web_app  -                                  the view's "web_app" becomes null
    approve, decline   chat, user                     for administrators: join requests
    remove, allow      chat, user                     for administrators: ban and lift the ban

GET  file/<key>                        the bytes of a photo, audio or document, with Range
GET  people                            {"people": [Person, ...]}  everyone but bots
"""
