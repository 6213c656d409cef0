"""Writing a drawn reply into a chat, and over a message that is there."""

from telegram import InputMediaPhoto, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated
from telegram.ext import ExtBot

from bot.dialogue import Document, Picture
from bot.platforms.telegram_draw import Drawn
from bot.platforms.telegram_errors import GONE, NO_TEXT, NOT_MODIFIED, says
from bot.platforms.telegram_place import Spot

Bot = ExtBot[int]
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


async def write(bot: Bot, spot: Spot, drawn: Drawn, *, tries: int = 0) -> str:
    """Send the reply; the reference of its first message, to `rewrite` it later.

    Telegram knows no key that would make sending repeatable: after a timeout nobody can say
    whether the message is there, and the caller must choose between none and two. A 429 means
    that nothing was sent; it is waited out up to `tries` times.
    """
    sent = [await _send_file(bot, spot, drawn.file, tries)] if drawn.file else []
    if drawn.picture:
        sent.append(await _send_photo(bot, spot, drawn, drawn.picture, tries))
    for number, page in enumerate(drawn.pages, start=1):
        is_last = number == len(drawn.pages)
        message = await bot.send_message(
            spot.chat,
            page,
            message_thread_id=spot.topic,
            parse_mode=ParseMode.HTML,
            reply_markup=drawn.keyboard if is_last else None,
            link_preview_options=NO_PREVIEW,
            rate_limit_args=tries,
        )
        sent.append(message.message_id)
    return f"{spot.chat}:{sent[0]}"


async def rewrite(bot: Bot, ref: str, drawn: Drawn, *, tries: int = 0) -> bool:
    """Redraw the message; False if it is gone or can be changed no more.

    Of a text too long for one message the first page is shown. In a group that became a
    supergroup nothing of before can be changed: its messages have other numbers there.
    """
    chat, _, message = ref.partition(":")
    try:
        await _edit(bot, int(chat), int(message), drawn, tries)
    except ChatMigrated:
        return False
    except BadRequest as error:
        if says(error, NOT_MODIFIED):
            return True
        if says(error, GONE):
            return False
        raise
    return True


async def _send_file(bot: Bot, spot: Spot, file: Document, tries: int) -> int:
    message = await bot.send_document(
        spot.chat,
        file.data,
        message_thread_id=spot.topic,
        filename=file.filename,
        rate_limit_args=tries,
    )
    return message.message_id


async def _send_photo(bot: Bot, spot: Spot, drawn: Drawn, picture: Picture, tries: int) -> int:
    message = await bot.send_photo(
        spot.chat,
        picture.png,
        message_thread_id=spot.topic,
        filename=picture.filename,
        caption=drawn.caption,
        parse_mode=ParseMode.HTML,
        reply_markup=None if drawn.pages else drawn.keyboard,
        rate_limit_args=tries,
    )
    return message.message_id


async def _edit(bot: Bot, chat: int, message: int, drawn: Drawn, tries: int) -> None:
    if drawn.picture:
        media = InputMediaPhoto(
            drawn.picture.png,
            filename=drawn.picture.filename,
            caption=drawn.caption,
            parse_mode=ParseMode.HTML,
        )
        await bot.edit_message_media(
            media, chat, message, reply_markup=drawn.keyboard, rate_limit_args=tries
        )
        return
    try:
        await bot.edit_message_text(
            drawn.pages[0],
            chat,
            message,
            parse_mode=ParseMode.HTML,
            reply_markup=drawn.keyboard,
            link_preview_options=NO_PREVIEW,
            rate_limit_args=tries,
        )
    except BadRequest as error:
        if not says(error, NO_TEXT):
            raise
        await bot.edit_message_caption(
            chat,
            message,
            caption=drawn.pages[0],
            parse_mode=ParseMode.HTML,
            reply_markup=drawn.keyboard,
            rate_limit_args=tries,
        )
