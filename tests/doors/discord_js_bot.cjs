// A small bot on unmodified discord.js: the second client that keeps the local Discord honest.
const {
  ActionRowBuilder, ButtonBuilder, Client, Events, GatewayIntentBits, MessageFlags, ModalBuilder,
  SlashCommandBuilder, StringSelectMenuBuilder, TextInputBuilder,
} = require('discord.js');

const [, , api, token, guildId, channelId, fanId, roleId] = process.argv;
const { Guilds, GuildMembers, GuildMessages, MessageContent } = GatewayIntentBits;
const client = new Client({
  intents: [Guilds, GuildMembers, GuildMessages, MessageContent],
  rest: { api, version: '10' },
});

client.once(Events.ClientReady, async () => {
  const guild = client.guilds.cache.get(guildId);
  const ping = new SlashCommandBuilder().setName('ping').setDescription('Ping')
    .addStringOption((o) => o.setName('word').setDescription('A word')
      .setAutocomplete(true).setRequired(true));
  await guild.commands.set([ping.toJSON()]);
  await (await guild.members.fetch(fanId)).roles.add(roleId, 'holds #17');
  const buttons = new ActionRowBuilder().addComponents(
    new ButtonBuilder().setCustomId('note').setLabel('Leave a note').setStyle(1));
  const menu = new ActionRowBuilder().addComponents(
    new StringSelectMenuBuilder().setCustomId('city').addOptions(
      { label: 'Berlin', value: 'berlin' }, { label: 'Lisbon', value: 'lisbon' }));
  const channel = await client.channels.fetch(channelId);
  await channel.send({ content: 'Welcome from the other library', components: [buttons, menu] });
});

client.on(Events.InteractionCreate, async (i) => {
  const flags = MessageFlags.Ephemeral;
  if (i.isAutocomplete()) {
    await i.respond([{ name: 'Pong', value: 'pong' }]);
  } else if (i.isChatInputCommand()) {
    await i.deferReply({ flags });
    await i.editReply(`said ${i.options.getString('word')}`);
    await i.followUp({ content: 'and more', flags });
  } else if (i.isButton()) {
    const words = new TextInputBuilder().setCustomId('words').setLabel('Words').setStyle(1);
    await i.showModal(new ModalBuilder().setCustomId('note').setTitle('Note')
      .addComponents(new ActionRowBuilder().addComponents(words)));
  } else if (i.isModalSubmit()) {
    await i.reply({ content: `noted ${i.fields.getTextInputValue('words')}`, flags });
  } else {
    await i.update({ content: `picked ${i.values[0]}`, components: [] });
  }
});

client.on(Events.MessageCreate, async (message) => {
  if (!message.author.bot) await message.reply(`heard ${message.content}`);
});

client.login(token);
