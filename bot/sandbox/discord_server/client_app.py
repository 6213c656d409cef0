"""What a person's browser talks to: the whole view over one WebSocket, and one POST to act.

Mount `LocalDiscord.client_app()` under any prefix, for example `/chat/discord/`. All ids are
strings of digits. All colours are `"#rrggbb"` or null (null: the reader's default text colour).
There is no sign-in here: the page says as whom it looks. Never mount it outside the sandbox.

`GET stream?person=<user id>[&guild=<id>]` (WebSocket)
    Sends the whole view as one JSON text frame on connect and after each change (several changes
    within 30 ms arrive as one frame). The client sends nothing. Unknown person: HTTP 404 with
    `{"error": "..."}`. If the server stops, the socket closes with 1001: connect again.

    {"type": "view",
     "me": Member,
     "guild": {"id": "1", "name": "Tide Club"},
     "channels": [                                   only those this person may see, in order
        {"id": "2", "name": "start-here", "topic": "Welcome", "category": "INFO" or null,
         "unread": 0,                                messages not yet seen (see act "read")
         "mentions": 0,                              unread ones that mention this person
         "can_write": true,                          false: draw the text box disabled
         "private": false,                           true: hidden from @everyone (draw a lock)
         "thread_of": null}],                        or the id of the parent channel
     "dm": {"id": "dm", "unread": 0, "open": true,   talk with the bot; its messages are under
            "bot": Member},                          messages["dm"]; open=false: DMs are closed
     "members": [Member],                            bots last, then by highest role and name
     "messages": {"2": [Message], "dm": [Message]},  oldest first, the last 100 of each channel
     "modal": null or Modal,                         an open form; draw it above everything
     "commands": [Command]}                          what "/" offers this person

    Member = {"id": "7", "name": "Fan", "username": "fan", "bot": false, "color": "#1f8b4c",
              "avatar": {"initial": "F", "color": "#5865a0", "url": "http://.../avatar.png"},
              "roles": [{"id": "9", "name": "Holder", "color": "#1f8b4c"}]}     highest first
        color is that of the highest coloured role. A PNG of the avatar is at `url`; drawing
        initial on colour gives the same picture without a request.

    Message = {
        "id": "11", "timestamp": "2026-11-22T10:30:00+00:00", "edited": false,
        "author": Member,                            as of now, or as last known after leaving
        "content": "Hello **fan** <@7> <#2>",        Discord markdown; see "Text" below
        "mentions": {"users": {"7": "Fan"}, "roles": {"9": "Holder"}, "channels": {"2": "start-here"}},
        "mentions_me": false,
        "embeds": [Discord embed objects: type, title, description, url, color (integer), fields
                   [{name, value, inline}], author {name, url, icon_url}, footer {text, icon_url},
                   image {url, description}, thumbnail {url, description}, timestamp],
        "attachments": [{"id": "12", "filename": "cover.png", "url": "http://...",
                         "content_type": "image/png", "description": "alt text" or "",
                         "size": 5120, "width": 640 or null, "height": 480 or null}],
        "components": [Component],
        "reactions": [{"emoji": "👍", "count": 2, "me": true}],
        "ephemeral": false,                          true: "Only you can see this", can be dismissed
        "pending": false,                            true: "<bot> is thinking...", content is empty
        "pinned": false,
        "reply_to": null or "10",                    id of the message this one answers
        "used": null or {"command": "verify", "by": Member},     "Fan used /verify" above the message
        "failed": null or "This interaction failed"} to draw under the message; goes at the next press
        A command that the bot never answered appears as an ephemeral message with the content
        "The application did not respond" and with "failed" set to the same words.

    Component = exactly what the bot sent, with Discord's numbers in "type":
        1 action row {components: [...]}
        2 button {style: 1 primary, 2 secondary, 3 success, 4 danger, 5 link (url, no custom_id);
                  label, emoji: {name}, custom_id, disabled}
        3 text select {custom_id, placeholder, min_values, max_values, disabled,
                       options: [{label, value, description, emoji, default}]}
        5 user select, 6 role select, 7 mentionable select, 8 channel select {custom_id,
                       placeholder, min_values, max_values}: values are ids of members, roles, channels
        9 section {components: [text display], accessory: button or thumbnail}
        10 text display {content}   11 thumbnail {media: {url}, description}
        12 media gallery {items: [{media: {url}, description}]}   13 file {file: {url}, name, size}
        14 separator {divider, spacing}   17 container {components, accent_color}
        18 label (in forms only) {label, description, component}
        Unknown numbers may be skipped. A button or select of the bot's is pressable by anybody who
        sees the message.

    Modal = {"title": "Your note", "custom_id": "note", "from": "11" or null,
             "error": null or "The application did not respond",
             "fields": [{"custom_id": "text", "label": "Note", "description": "",
                         "kind": "text" | "select" | "users" | "roles" | "mentionables" |
                                 "channels" | "file" | "show",
                         "style": 1 short or 2 paragraph,
                         "placeholder": "", "required": true, "value": "",
                         "min_length": 0, "max_length": 4000,
                         "min_values": 1, "max_values": 1,
                         "options": [{label, value, description, default}]}]}
        kind "show" is text to read (in "value"), it takes no answer.

    Command = {"name": "vote new", "description": "Run a vote", "id": "13",
               "options": [{"name": "question", "description": "...", "required": true,
                            "type": 3 text, 4 integer, 5 yes/no, 6 user, 7 channel, 8 role,
                                    9 mentionable, 10 number, 11 file,
                            "choices": [{"name": "One choice", "value": "one"}],
                            "autocomplete": false,
                            "min": null, "max": null}]}      value, or length for text
        Sub-commands are listed one by one, their words joined by a space.

`POST act` with JSON `{"person": "<user id>", "kind": ..., ...}` (or, to send files, the same fields
as multipart/form-data, files under the name `files`; select values and command options then as
JSON text). Answers 200 `{"ok": true, ...}` or 400 `{"error": "a sentence to show the person"}`.
An act that starts an interaction answers when the bot did (3 s at most); the result is in the view.

    {"kind": "send", "channel": "2" or "dm", "text": "hi", "reply_to": "10"?}  -> {"message": "11"}
    {"kind": "press", "message": "11", "custom_id": "verify"}
    {"kind": "select", "message": "11", "custom_id": "city", "values": ["berlin"]}
    {"kind": "command", "channel": "2" or "dm", "name": "vote new", "options": {"question": "Where?"}}
    {"kind": "autocomplete", "channel": "2", "name": "vote new", "option": "city", "text": "be",
     "options": {the other options so far}}                     -> {"choices": [{"name", "value"}]}
    {"kind": "modal", "fields": {"<custom_id>": "text" or ["value", ...]}}      sends the open form
    {"kind": "react", "message": "11", "emoji": "👍"}                            again: takes it back
    {"kind": "dismiss", "message": "11"}                         removes an ephemeral message
    {"kind": "dismiss", "modal": true}                           closes the form, the bot is not told
    {"kind": "read", "channel": "2" or "dm"}                     sets its "unread" to 0
    {"kind": "open_dm"} / {"kind": "close_dms"}                  whether bots may write to this person

Text: Discord markdown: **bold** *italic* __underline__ ~~struck~~ ||spoiler|| `code` ```block```,
lines starting with "# ", "## ", "### ", "-# " (small), "> ", "- ", links [words](https://...),
mentions <@user> <@&role> <#channel> (names in "mentions"), @everyone, times <t:UNIX:STYLE>
(style t T d D f F R; draw in the reader's zone, R relative), and `\\` before a mark to show it.
"""
