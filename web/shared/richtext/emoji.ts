// Emoji by the names that people type after a colon. Only those in daily use.

const TABLE = `
😀 grinning smile happy|😃 smiley happy|😄 smile laugh|😁 grin beam|😆 laughing lol|😅 sweat_smile relief|🤣 rofl|😂 joy tears laugh|🙂 slight_smile|🙃 upside_down|😉 wink|😊 blush smile|😇 innocent angel
🥰 love_face hearts|😍 heart_eyes love|🤩 star_struck wow|😘 kiss|😋 yum|😛 tongue|😜 wink_tongue|🤪 zany|🤗 hug|🤭 giggle|🤫 shush quiet|🤔 thinking hmm|🤐 zipper_mouth|🤨 raised_eyebrow
😐 neutral|😑 expressionless|😶 no_mouth|😏 smirk|😒 unamused|🙄 eye_roll|😬 grimacing|😌 relieved|😔 pensive sad|😪 sleepy|😴 sleeping|😷 mask sick|🤒 thermometer sick|🤕 bandage hurt|🤢 nauseated|🤧 sneeze
🥵 hot|🥶 cold|🤯 mind_blown exploding|🤠 cowboy|🥳 party celebrate|😎 cool sunglasses|🤓 nerd|🧐 monocle|😕 confused|😟 worried|🙁 frown sad|😮 open_mouth wow|😲 astonished|😳 flushed|🥺 pleading please
😨 fearful|😰 anxious|😢 cry sad|😭 sob cry|😱 scream|😖 confounded|😣 persevere|😞 disappointed|😓 sweat|😩 weary|😫 tired|🥱 yawn|😤 triumph|😡 angry rage|😠 mad angry|🤬 cursing|💀 skull|💩 poop
🤖 robot bot|👋 wave hello hi bye|🤚 raised_back_hand|✋ raised_hand stop|🖖 vulcan|👌 ok_hand|🤌 pinched_fingers|🤞 fingers_crossed luck|✌️ victory peace|🤟 love_you|🤘 rock|🤙 call_me|👈 point_left|👉 point_right
👆 point_up|👇 point_down|☝️ point_up_2|👍 thumbsup +1 yes like|👎 thumbsdown -1 no|✊ fist|👊 punch|👏 clap applause|🙌 raised_hands hooray|👐 open_hands|🤲 palms_up|🤝 handshake deal|🙏 pray thanks please|✍️ writing
💪 muscle strong|🧠 brain|👀 eyes look|👁️ eye|👂 ear|🗣️ speaking|👤 person user|👥 people users|🤷 shrug|🤦 facepalm|🙇 bow sorry|🙋 raising_hand|💁 tipping_hand|🏃 running|🚶 walking|💃 dance
❤️ heart love|🧡 orange_heart|💛 yellow_heart|💚 green_heart|💙 blue_heart|💜 purple_heart|🖤 black_heart|🤍 white_heart|💔 broken_heart|💕 two_hearts|💖 sparkling_heart|💯 100 hundred|💥 boom|💫 dizzy|💤 zzz|💬 speech chat|💭 thought
🐶 dog|🐱 cat|🦊 fox|🐻 bear|🐼 panda|🦁 lion|🐷 pig|🐸 frog|🐵 monkey|🙈 see_no_evil|🐔 chicken|🐧 penguin|🦉 owl|🦄 unicorn|🐝 bee|🐛 bug|🦋 butterfly|🐢 turtle|🐍 snake|🐙 octopus|🐠 fish|🐳 whale|🦖 dinosaur
🌸 blossom flower|🌹 rose|🌻 sunflower|🌱 seedling|🌲 tree|🌵 cactus|🍀 four_leaf_clover luck|🍁 leaf|🌍 earth world globe|🌙 moon|☀️ sun|⛅ cloud_sun|☁️ cloud|🌧️ rain|⛈️ storm|⚡ zap lightning|❄️ snow|🔥 fire hot lit|💧 drop water|🌊 ocean|🌈 rainbow|⭐ star|🌟 glowing_star|✨ sparkles
🍎 apple|🍌 banana|🍓 strawberry|🍋 lemon|🍕 pizza|🍔 burger|🍟 fries|🌮 taco|🍣 sushi|🍜 noodles|🍰 cake|🎂 birthday cake|🍪 cookie|🍫 chocolate|🍿 popcorn|☕ coffee|🍵 tea|🍺 beer|🍷 wine|🥂 cheers|🥤 drink
⚽ soccer football|🏀 basketball|🎾 tennis|🏆 trophy win|🥇 gold medal first|🥈 silver|🥉 bronze|🎯 dart target|🎮 game|🎲 dice|🧩 puzzle|🎨 art|🎵 music note|🎸 guitar|🎬 movie|🎉 tada party celebrate|🎊 confetti|🎁 gift present|🎈 balloon
🚗 car|🚕 taxi|🚌 bus|🚑 ambulance|🚚 truck delivery|🚲 bike|✈️ airplane flight|🚀 rocket launch ship|🚢 ship|🚂 train|🏠 house home|🏢 office|🏥 hospital|🏦 bank|🏪 shop store|🗺️ map|⏰ alarm clock|⏳ hourglass waiting|⌛ hourglass_done|🕐 clock time
📱 phone mobile|💻 laptop computer|🖥️ desktop|⌨️ keyboard|🖱️ mouse|🖨️ printer|📷 camera|🎥 video|📞 telephone call|📧 email mail|📨 incoming_envelope|📩 envelope|📦 package box parcel|📝 memo note|📄 page document|📁 folder|📅 calendar date|📆 calendar_2|📈 chart_up growth
📉 chart_down|📊 bar_chart|📋 clipboard|📌 pin|📍 location|📎 paperclip attachment|🔗 link|✂️ scissors|🗑️ trash|🔒 lock|🔓 unlock|🔑 key|🔨 hammer|🔧 wrench fix|🔩 bolt|⚙️ gear settings|🧰 toolbox|🧪 test_tube|💡 bulb idea|🔦 flashlight|🔋 battery|🔌 plug|💾 save disk|💰 money bag|💳 credit_card|💵 dollar|💶 euro|🧾 receipt invoice|🛒 cart
✅ check done yes|☑️ check_box|✔️ check_mark|❌ x no cross|❎ x_button|➕ plus|➖ minus|❓ question|❗ exclamation|‼️ bangbang|⚠️ warning|🚫 no_entry forbidden|⛔ stop|🔴 red_circle|🟠 orange_circle|🟡 yellow_circle|🟢 green_circle|🔵 blue_circle|⚪ white_circle|⚫ black_circle
⬆️ up|⬇️ down|⬅️ left|➡️ right|↩️ return back|🔄 refresh sync|🔁 repeat|🔍 search magnifier|🔔 bell|🔕 no_bell mute|📣 megaphone|📢 announcement|🆕 new|🆗 ok|🆘 sos help|ℹ️ info|♻️ recycle|🏁 finish flag|🚩 flag|🏳️‍🌈 rainbow_flag`;

export type Emoji = { sign: string; name: string; words: string[] };

const all: Emoji[] = TABLE.trim()
  .split(/[|\n]/)
  .map((entry) => {
    const [sign = "", ...words] = entry.trim().split(" ");
    return { sign, name: words[0] ?? "", words };
  });

/** Emoji whose name starts with the text, then those whose name contains it; all if there is no text. */
export function searchEmoji(text: string, most = 8): Emoji[] {
  const query = text.toLowerCase().replace(/-(?=.)/g, "_");
  const starts = all.filter((one) => one.words.some((word) => word.startsWith(query)));
  const holds = all.filter((one) => !starts.includes(one) && one.words.some((word) => word.includes(query)));
  // An exact name comes first.
  starts.sort((a, b) => Number(b.words.includes(query)) - Number(a.words.includes(query)));
  return [...starts, ...holds].slice(0, most);
}
