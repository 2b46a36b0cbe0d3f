"""How customers write: sentence frames, courtesy, anger, background talk, slang and typos.

Nothing here depends on what the customer wants. The frames and background sentences use the same
grammar as :mod:`labeling.sample.phrases`; the background never asks for anything.
"""

import re
from random import Random

from labeling.sample.grammar import chance, pick

# Frames around a task ("I want to ..."), by the flag that they earn.
FRAMES: dict[str, tuple[str, ...]] = {
    "B": (
        "I {want|need|have|wish} to {task}.",
        "I {would like|'d like|am hoping|was hoping} to {task}.",
        "I am {trying|looking|writing|planning} to {task}.", "Help me to {task}.",
        "I {need|could use} {help|a hand|some help} to {task}.", "I require assistance to {task}.",
        "I'm here to {task}.", "Allow me to {task}.", "My {wish|aim|plan} is to {task}.",
        "{It is time for me|I have decided|It matters to me} to {task}.",
        "What I {want|need} is to {task}.", "Show me {how|the way} to {task}.",
        "Tell me how to {task}.", "All I want is to {task}.", "I {intend|mean} to {task}.",
    ),
    "I": (
        "How {do|can|could|should} I {task}?", "{Is it|Would it be} possible to {task}?",
        "{Can|Could} {you|someone|anybody} help me to {task}?", "Where {do|can} I go to {task}?",
        "What {do I have to do|must I do|is the way|does it take} to {task}?",
        "Is there {a|any} way to {task}?", "What are the steps to {task}?", "Am I able to {task}?",
        "Who {can|could} help me to {task}?", "Who do I have to ask to {task}?",
        "Do you happen to know how to {task}?", "Will you help me to {task}?",
    ),
    "N": (
        "I {don't|do not} {know|see|understand} how to {task}.",
        "I {can't|cannot|couldn't} {figure out|work out|see} how to {task}.",
        "{Nothing|No page} on your {shop} {says|tells me|explains} how to {task}.",
        "I have no {idea|clue} how to {task}.", "Nobody {told|has told} me how to {task}.",
        "Don't tell me there is no way to {task}.", "I'm not sure {how|what to do} to {task}.",
    ),
    "P": (
        "{Could|Would} you {please|kindly} help me to {task}?",
        "Would you be so {kind|good} as to help me to {task}?",
        "I would be {grateful|much obliged} if you helped me to {task}.",
        "May I {kindly |}ask for your help? I would like to {task}.",
        "I would {appreciate|be glad of} your {help|assistance} to {task}.",
        "If it is no trouble, I should like to {task}.", "Please {help|assist} me to {task}.",
    ),
    "W": (
        "How the {hell|heck|devil} {do|can} I {task}?", "I {bloody|damn} well want to {task}!",
        "Get off your {backside|chair} and help me to {task}!",
        "Must I {scream|beg|go down on my knees} to {task}?",
        "Is it too much for you {clowns|fools|lot} to help me to {task}?",
        "For the {third|fifth|last|hundredth} time: I want to {task}!",
        "Even a {child|monkey} could help me to {task}, so why can't you?",
    ),
}  # fmt: skip

# What links a situation to the request that follows from it.
LINKS: tuple[str, ...] = (
    "So", "That is why", "Because of that", "For this reason", "Hence", "Now", "As you can guess,",
)  # fmt: skip

COURTESIES: tuple[tuple[str, ...], tuple[str, ...]] = (
    (
        "{Hello|Hi|Dear team|Good morning|Good afternoon|Good evening|Good day|Greetings},",
        "{Excuse me|Pardon me|Sorry to bother you},", "{If you please|If I may},",
        "I hope you are well.", "Dear {team|ladies and gentlemen|support},",
    ),
    (
        "Thank you{| very much| in advance| so much}{.|!}",
        "{Many thanks|Thanks a lot|Kind thanks}.",
        "I would {really |}appreciate it.", "Thanks for your {help|patience|time}.",
        "{That would be|It would be} very kind.", "With kind regards.",
    ),
)  # fmt: skip

RUDENESS: tuple[tuple[str, ...], tuple[str, ...]] = (
    (
        "{What the hell|For heaven's sake|Damn it|Good grief|Oh come on}!",
        "{You idiots|You useless bunch|Hey clowns|Listen, you amateurs}:",
        "{Are you kidding me|Are you all asleep|Is anyone awake there}?",
        "I am {fed up|furious}.", "This is {a joke|ridiculous|insane|pathetic}.",
        "You are {rubbish|a bad joke}.",
    ),
    (
        "{You are|What} a {useless|pathetic|clueless|lousy} {bunch|outfit|lot}!",
        "{Wake up|Get on with it}!", "{Damn it|Bloody hell|For crying out loud}!",
        "{Morons|Amateurs|Clowns|Muppets}.", "My patience is {gone|over}!",
        "How {stupid|dense} can {you|people} be?", "{Unbelievable|Pathetic|Ridiculous}!",
        "What a {crappy|lousy|rotten} {outfit|circus}.", "Do your {damn |bloody |}job for once.",
    ),
)  # fmt: skip

GREETINGS: tuple[str, ...] = (
    "{Hello|Hi} {everyone|there|all|dear team},",
    "{Greetings|Hello} from {rainy|sunny|windy|snowy|foggy|} {city}!", "To whom it may concern:",
    "Hi, it's me again, your {loyal|faithful} customer from {city}.", "{Hi|Hello|Hey},",
    "I hope this finds you well.", "{Happy|Lovely} {weekday} to you all!",
)  # fmt: skip

BACKGROUND: tuple[str, ...] = (
    "I have {been a customer|had an account with you|shopped here} for {few} years {now|already}.",
    "My {relative} told me about your {shop} {at a party|over coffee|last {month}}.",
    "I {am|work as} a {nurse|teacher|baker|driver|student|carpenter} and have little time by day.",
    "It has been raining in {city} {since {weekday}|all week}, and my {relative} is visiting.",
    "We {just had|are planning} a {wedding|birthday|baby|housewarming} in the family.",
    "My {relative} {has been in hospital|broke a leg}, so everything is upside down at home.",
    "The dog {barks at every courier|chewed my {colour} {product}|needs a walk soon}.",
    "I am {writing from my phone|on the train to {city}|in the middle of moving boxes}.",
    "Everyone in {city} {talks about|seems to know} your {shop}.",
    "I tried to {call|write} {when} but was {called away|interrupted by my {relative}}.",
    "My {relative} usually {does|handles} {such things|our orders|the paperwork}, but is away.",
    "It's {late|early} here and I {am on|need} my {second|third|fourth} coffee.",
    "{You were|The lady on the phone was} so {helpful|kind} {when|with our account} last {month}.",
    "{Our|The} {cat|baby|toddler} is asleep on my {arm|lap|keyboard}, so I'll type with one hand.",
    "I collect {stamps|old maps|teapots|vinyl records} and {cycle|hike|bake} at the weekend.",
    "{Back in {month}|Last {month}} I first {heard of|looked at} your {shop}.",
    "Forgive my English, I {grew up|went to school} in {city}.",
    "I {read|saw} the reviews of your {shop}, and most people {are happy|sound content}.",
    "We live {on the fourth floor|near the station|above a bakery} in {city}.",
    "The {holidays are|summer is|winter is} {nearly over|coming}, and {work|school} starts again.",
)  # fmt: skip

SIGN_OFFS: tuple[str, ...] = (
    (
        "{Best|Kind|Warm} regards{| from {city}}, {a loyal customer|your customer|the "
        "{relative} of four}."
    ),
    "{Cheers|Bye|Take care|All the best}{| from {city}}{.|!}", "Sent from my {phone|tablet}.",
    "Have a {nice|great|good|quiet} {day|weekend|evening|{weekday}}{.|!}",
    "I'm {looking forward to|waiting for} your answer.", "{Sorry for the long message|That's all}.",
)  # fmt: skip

_SLANG = {
    "you": "u", "your": "ur", "are": "r", "please": "pls", "want to": "wanna", "don't": "dont",
    "going to": "gonna", "have to": "gotta", "can't": "cant", "I'm": "im", "I am": "im",
    "because": "cuz", "thanks": "thx", "thank you": "thx", "doesn't": "doesnt", "what is": "whats",
    "why": "y", "isn't": "isnt", "would like to": "wanna", "give me": "gimme", "okay": "k",
    "people": "ppl", "yes": "yep", "someone": "sb", "with": "w/", "I have": "ive",
    "let me": "lemme", "trying to": "tryna", "without": "w/o", "won't": "wont",
    "cannot": "cant", "nothing": "nuthin", "do not": "dont", "I'd": "id",
    "I": "i",
}  # fmt: skip

_ABBREVIATIONS = {
    "account": "acct", "address": "addr", "password": "pw", "information": "info",
    "number": "no", "payment": "pmt", "about": "abt", "message": "msg", "received": "rec'd",
    "transaction": "trx", "as soon as possible": "asap", "quantity": "qty", "month": "mth",
    "week": "wk", "weeks": "wks", "customer": "cust", "company": "co", "department": "dept",
    "Monday": "Mon", "Tuesday": "Tue", "Wednesday": "Wed", "Thursday": "Thu", "Friday": "Fri",
    "Saturday": "Sat", "Sunday": "Sun", "January": "Jan", "February": "Feb", "August": "Aug",
    "September": "Sept", "October": "Oct", "November": "Nov", "December": "Dec", "hours": "hrs",
    "euros": "EUR", "dollars": "USD", "package": "pkg", "minutes": "mins", "maximum": "max",
    "registration": "reg", "telephone": "tel", "phone": "ph", "approximately": "approx",
}  # fmt: skip

_NEIGHBOURS = {
    "a": "s", "b": "v", "c": "x", "d": "f", "e": "r", "f": "g", "g": "h", "h": "j", "i": "o",
    "k": "l", "l": "k", "m": "n", "n": "m", "o": "p", "p": "o", "r": "t", "s": "d", "t": "y",
    "u": "i", "v": "b", "w": "e", "y": "u",
}  # fmt: skip


def _substitute(text: str, words: dict[str, str], share: float, rng: Random) -> str:
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, longest_first))})\b", re.IGNORECASE)
    lookup = {word.lower(): short for word, short in words.items()}

    def shorten(match: re.Match[str]) -> str:
        return lookup[match.group().lower()] if chance(share, rng) else match.group()

    return pattern.sub(shorten, text)


def colloquial(text: str, rng: Random) -> str:
    """Return ``text`` in chat spelling: slang words, often small letters and no full stop."""
    text = _substitute(text, _SLANG, 0.7, rng)
    if chance(0.6, rng):
        text = text.lower()
    return text.rstrip(".") if chance(0.7, rng) else text


def abbreviated(text: str, rng: Random) -> str:
    """Return ``text`` with some of its words abbreviated."""
    return _substitute(text, _ABBREVIATIONS, 0.8, rng)


def mistyped(text: str, rng: Random) -> str:
    """Return ``text`` with a typo in every twentieth word or so, none in short words."""
    words = text.split(" ")
    long_words = [index for index, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
    for _ in range(min(1 + len(words) // 20, len(long_words))):
        index = long_words.pop(int(rng.random() * len(long_words)))
        words[index] = _typo(words[index], rng)
    return " ".join(words)


def _typo(word: str, rng: Random) -> str:
    place = 2 + int(rng.random() * (len(word) - 3))
    before, letter, after = word[:place], word[place], word[place + 1 :]
    neighbour = _NEIGHBOURS.get(letter, letter)
    return pick(
        (
            before + after,
            before + letter + letter + after,
            before + after[0] + letter + after[1:],
            before + neighbour + after,
        ),
        rng,
    )
