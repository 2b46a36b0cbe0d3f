"""What customers want, in our own words: the phrases of each category.

A phrase is a small grammar: ``{a|b}`` stands for one of its alternatives (which may be empty or
nested) and ``{name}`` for a value of :data:`SLOTS`. Nothing here depends on tone or spelling;
that is the business of :mod:`labeling.sample.registers`.
"""

from typing import NamedTuple


class Phrases(NamedTuple):
    """How one category can be said.

    ``tasks`` continue "I want to ...", ``questions`` and ``situations`` are whole sentences (a
    situation leaves the request to be understood), ``keywords`` are what people type in a search
    box.
    """

    tasks: tuple[str, ...]
    questions: tuple[str, ...]
    situations: tuple[str, ...]
    keywords: tuple[str, ...]


SLOTS: dict[str, tuple[str, ...]] = {
    "product": ("{other_product}",),
    "other_product": (
        "kettle", "desk lamp", "backpack", "blender", "rain jacket", "tent", "keyboard",
        "bookshelf", "yoga mat", "suitcase", "sweater", "toaster", "wool blanket", "frying pan",
        "wall clock", "sleeping bag", "hair dryer", "water bottle", "pair of boots", "mirror",
    ),
    "order": (
        "{my|the|this} {order|purchase}", "my {order|purchase} {ref}", "order {ref}",
        "{my|the} order {for|with} {the|a} {product}", "{my|the} order {from|of} {weekday}",
        "my {latest|last|recent} {order|purchase}", "the order I {placed|made} {when}",
    ),
    "ref": ("{number}", "#{number}", "no. {number}", "number {number}", "{letters}-{number}"),
    "letters": ("AB", "KX", "SO", "WT", "QR", "NL", "TP", "MZ"),
    "when": (
        "yesterday", "last week", "this morning", "on {weekday}", "a few days ago",
        "two weeks ago", "on {date}", "last night", "an hour ago", "last {weekday}",
    ),
    "weekday": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "date": ("{day} {month}", "{month} {day}", "the {day}th of {month}"),
    "day": ("4", "5", "6", "7", "8", "9", "10", "14", "16", "17", "18", "19", "20", "25", "27"),
    "month": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ),
    "amount": ("{other_amount}",),
    "other_amount": (
        "{price} euros", "${price}", "{price} dollars", "{price} pounds", "EUR {price}",
    ),
    "price": ("{small}", "{small}.99", "{small}.50", "{small}.49", "1{small}"),
    "small": tuple(str(value) for value in range(12, 99, 3)),
    "few": ("two", "three", "four", "five", "six", "2", "3", "4"),
    "city": (
        "Lisbon", "Leeds", "Graz", "Turin", "Ghent", "Austin", "Oslo", "Lyon", "Porto", "Cork",
        "Bergen", "Dresden", "Malaga", "Denver", "Utrecht", "Tampere", "Bristol", "Krakow",
    ),
    "relative": (
        "sister", "brother", "mother", "father", "neighbour", "aunt", "uncle", "flatmate",
        "colleague", "grandmother", "daughter", "son", "cousin", "best friend", "boss",
    ),
    "colour": ("{other_colour}",),
    "other_colour": ("blue", "black", "green", "red", "grey", "white", "yellow", "brown"),
    "shop": ("shop", "store", "site", "website", "app", "online shop", "web shop"),
    "staff": (
        "{a|some} {real |live |actual |}{person|human|human being}", "someone {real|human}",
        "a {live |human |}agent", "one of your {live |human |}{agents|operators}",
        "a {member of staff|human agent}",
        "an actual {employee|person}", "somebody {with a pulse|made of flesh and blood}",
    ),
    "gripe": (
        "your {courier|driver}'s {behaviour|rudeness}", "the {rude|unfriendly} {staff|driver}",
        "the way {I was|my {relative} was} treated", "the {poor|bad|terrible} service",
        "{careless|sloppy} packaging", "the tone of your {staff|support}",
        "{false|misleading} advertising", "your endless {queues|waiting loops}",
        "how your {courier|driver} threw the {box|parcel} over the fence",
    ),
    "detail": (
        "phone number", "surname", "first name", "e-mail address", "date of birth", "name",
        "mobile number", "company name", "profile picture", "title", "user name",
    ),
    "service": (
        "express delivery", "overnight shipping", "pick-up at a {store|shop}", "a parcel locker",
        "{evening|weekend|Saturday} delivery", "same-day delivery", "click and collect",
        "delivery to a {neighbour|kiosk|post office}", "next-day shipping",
        "delivery by bike courier", "carbon-neutral shipping", "a chosen time slot",
    ),
    "method": (
        "bank transfer", "gift cards", "cash on delivery", "debit card", "{a |}credit card",
        "instalments", "vouchers", "cheque", "prepaid cards", "direct debit", "mobile wallet",
        "crypto coins", "cash",
    ),
}  # fmt: skip


PHRASES: dict[str, Phrases] = {
    "track_order": Phrases(
        tasks=(
            "{track|trace|locate} {order}",
            "{find out|know|learn|see} where {order} is{| right now| at the moment}",
            "{check|see|look up} the {status|progress} of {order}",
            "{know|find out} {whether|if} {order} has {left your warehouse|been shipped} yet",
            "get {an update|news} {on|about} {order}",
            "{see|find out} how far my {parcel|package} has {come|got}",
            "get the tracking {code|number|link} for {order}",
            "{follow|watch} my {parcel|package} on its way to me",
        ),
        questions=(
            "Where {on earth |}is {order}{| now| at the moment}?",
            "Has {order} {been shipped|been sent out|left the warehouse} yet?",
            "When will my {parcel|package} with the {product} finally {turn up|show up}?",
            "What is {happening with|the status of|going on with} {order}?",
            "Which {truck|depot|country} is my {parcel|package} sitting in right now?",
            "Did the courier already {pick up|collect} the {product} I am waiting for?",
            "Is {order} still on {track|schedule}, and where is it?",
            "Any {news|word|update} on {order}?",
            "Is the {product} that I paid for {when} on the road {already|yet}?",
        ),
        situations=(
            "{order} should have been here {when}, and there is no sign of it.",
            (
                "I am still {waiting for|sitting here without} the {product} I {bought|ordered} "
                "{when}."
            ),
            "The tracking page {has not moved|shows the same spot} {since|as it did} {weekday}.",
            "The {product} was {due|promised for} {weekday} and nobody has rung my bell.",
            "My {parcel|package} seems to have {got stuck|vanished} somewhere near {city}.",
            "It says {shipped|dispatched}, but I have no idea where the {parcel|box} is.",
            "{few} {days|weeks} {have gone by|later} and {order} has not {arrived|come|turned up}.",
            "I never got a tracking number for the {product}, so I can't tell where it is.",
            "I keep looking out of the window for the courier with my {product}.",
            "The app says 'out for delivery', yet my {product} is nowhere to be seen.",
            "The {product} left {city} {when}, and since then I have heard nothing of it.",
        ),
        keywords=(
            "{track|locate} {order|parcel|package|shipment} {ref}",
            "where is {my |}{product|parcel|package}", "order {ref} status",
            "{parcel|package} location", "tracking {link|number|code} {product}",
            "{product} not arrived yet where", "shipment {ref} whereabouts", "order eta {ref}",
        ),
    ),
    "get_refund": Phrases(
        tasks=(
            "{get|have|receive} {my money back|a refund|a full refund} for {order}",
            "get {reimbursed|refunded|paid back} for {order}",
            "{ask for|request|claim} a {refund|reimbursement} of {amount}",
            "{return|send back} the {product} and get {my money|the {amount}} back",
            "recover the {amount} I {spent|paid} on the {product}",
            "have {amount} {returned|credited} to my {card|bank account} for the faulty {product}",
            "get back what I paid for the {product} that {never worked|broke on day one}",
            "{file|submit|start} a refund {request|claim} for {order}",
        ),
        questions=(
            "{Can|Could} you {give me my money back|refund me|reimburse me} for {order}?",
            "How do I get my {amount} back for {order}?",
            "Who do I {ask|talk to} to be paid back for the broken {product}?",
            "Will you {return|give back} the {amount} I paid for the {product} that {broke|leaks}?",
            "Can I send the {product} back and have my money returned?",
            "The {product} is {faulty|damaged|the wrong size}: can I have my money back?",
            "Would you credit my card for the {product} I am sending back?",
        ),
        situations=(
            "The {product} arrived {broken|in pieces|cracked} and I expect my money back.",
            (
                "The {product} {stopped working|fell apart} after {few} days; give me back my "
                "{amount}."
            ),
            "I sent the {colour} {product} back and want to be reimbursed.",
            "You delivered a {product} I never {asked for|wanted}; I want the {amount} returned.",
            (
                "The {product} is {too small|scratched|useless}, and I would rather have my "
                "cash again."
            ),
            "I paid {amount} for a {product} that does not {work|turn on}. Pay it back.",
            "I don't want a replacement for the {product}, I want the money.",
            "Half of the {product} was missing, so {I claim my|you owe me} {amount} back.",
        ),
        keywords=(
            "{refund|money back|reimbursement} {product}", "refund {order |}{ref}",
            "want money back {amount}", "{broken|faulty|damaged} {product} refund",
            "return {product} get {cash|money} back", "claim refund {amount}",
            "reimburse {ref}", "request refund faulty {product}",
        ),
    ),
    "cancel_order": Phrases(
        tasks=(
            "{cancel|call off} {order}",
            "{withdraw from|back out of|undo} order {ref}",
            "{stop|halt} {order} before it {ships|is sent|goes out}",
            "get {order} {cancelled|taken out of the system}",
            "{take back|retract} the order I {placed|made} {when}",
            "call the whole purchase of the {product} off",
            "{cancel|drop} the {product} I {put in|ordered} by {mistake|accident}",
        ),
        questions=(
            "{Can|Could} you {cancel|call off|stop} {order}{| for me}?",
            "Is it too late to {cancel|call off|back out of} {order}?",
            "How do I {cancel|call off|undo} {order}?",
            "Can {order} still be {stopped|cancelled|called off}?",
            "Where is the button to {cancel|revoke} {order}?",
            "What if I {no longer want|changed my mind about} the {product}: can you stop it?",
            "Would you cancel {order} before it leaves the warehouse?",
        ),
        situations=(
            "I {no longer|don't} {need|want} the {product} I ordered, so don't {ship|send} it.",
            "I changed my mind about the {product}; please do not send it.",
            "I clicked 'buy' on the {product} by {accident|mistake} and don't want it.",
            "{order} was a mistake and must not go out.",
            "My toddler ordered a {product} on my phone; make it not happen.",
            "Please don't pack the {product} I ordered: I won't be needing it, so cancel it.",
            "I have to back out of buying the {product}, my {relative} talked me out of it.",
            "We are moving abroad, so stop {order} before anyone packs it.",
        ),
        keywords=(
            "{cancel|annul|stop|revoke} order {ref}", "cancel {product} order",
            "order cancellation {ref}", "don't ship {product} cancel", "call off purchase {ref}",
            "{product} no longer wanted cancel", "ordered by mistake cancel {product}",
        ),
    ),
    "payment_issue": Phrases(
        tasks=(
            "{report|solve|fix} {a problem|trouble|an error} with my payment",
            "find out why my {card|payment} {was declined|is refused|did not go through}",
            "{find out|understand} why I was charged {twice|two times} for the {product}",
            "get {help with|to the bottom of} a payment {that failed|error}",
            "{report|sort out} {a double charge|a failed transaction} of {amount}",
            "get past the {error|message} that {blocks|stops} my payment of {amount}",
            "finish paying {amount} in spite of the {error|crash} at checkout",
        ),
        questions=(
            "Why {was|is} my {card|payment} {refused|declined|rejected} at checkout?",
            "Why did you {charge|debit} me twice for {order}?",
            "Why does the payment page {freeze|crash|time out} when I {enter my card|press pay}?",
            "Why is my payment of {amount} still {pending|hanging}?",
            "What is wrong with {my|the} payment for {order}?",
            "Can you {check|see} why paying {amount} fails each time?",
            "Did my payment {go through|work}, since the screen {froze|went blank}?",
            "Why does it say 'transaction {failed|declined}' although I have enough money?",
        ),
        situations=(
            (
                "My {card|payment} keeps {being declined|failing|bouncing} {at checkout|with "
                "error 502}."
            ),
            "{amount} left my bank twice for one {product}.",
            "The payment for the {product} {did not|won't} go through, although my card is fine.",
            "I pressed pay, the {page|app} {froze|died}, and I don't know if I was charged.",
            "I was {billed|charged} {amount} but the {shop} says the payment {failed|is missing}.",
            "Your checkout {swallows|rejects} every card I {try|type in}.",
            "The bank has {taken|booked} {amount}, while your page says unpaid.",
            "The transaction of {amount} has been hanging as pending since {weekday}.",
        ),
        keywords=(
            "payment {failed|declined|error|problem|stuck}", "card {declined|refused|rejected}",
            "charged twice {amount}", "can't pay {product} error", "checkout payment {crash|error}",
            "double charge {product}",
            "payment pending since {weekday}",
            "transaction failed {ref}",
        ),
    ),
    "delivery_period": Phrases(
        tasks=(
            "know how {long|many days} {delivery|shipping} {to {city} |}{takes|usually takes}",
            "{find out|know} the {usual|normal|average} {delivery|shipping} time",
            "{know|check} how {soon|quickly} you {could|can} deliver a {product}",
            "get an idea how many {days|weeks} a {product} {needs|takes} to reach {city}",
            "{learn|know} the delivery {period|time frame|estimate} before I buy the {product}",
        ),
        questions=(
            "How {long|many days} does {delivery|shipping} {to {city} |}{take|usually take}?",
            "What is {your|the} {usual|average|normal} {delivery|shipping} time{| to {city}}?",
            (
                "If I order a {product} {today|now}, {when would I have it|would it come by "
                "{weekday}}?"
            ),
            "How {soon|fast|quickly} {can|do} you {deliver|ship} {to {city}|a {product}}?",
            (
                "How many {working |business |}days between {buying|ordering} and {the "
                "doorbell|arrival}?"
            ),
            "Would a {product} {reach|get to} {city} before {date} if I {order|buy} it now?",
            "Do {parcels|packages} to {city} take longer than {few} days?",
            "In how many days do you normally {deliver|get things to {city}}?",
            "What delivery {period|time} {should I|can I} {expect|count on} for a {product}?",
        ),
        situations=(
            "I have not ordered yet; first tell me how many days a {product} takes to {city}.",
            "It is my {relative}'s birthday on {date}, so I must know how fast you deliver.",
            "Your {shop} doesn't say {how long shipping takes|how many days delivery needs}.",
            "Before I buy the {product}, tell me how {long|many days} it would be on the way.",
            "I leave on {date} and wonder if a {product} bought now would come in time.",
            "I'm comparing shops by how quickly they ship; yours gives no number of days.",
            "I need a rough idea of the usual wait between checkout and doorbell.",
            "There is no delivery estimate next to the {product}, just the price.",
        ),
        keywords=(
            "{delivery|shipping} {time|period|duration} {{city}|{product}|}",
            "how {long|many days} {delivery|shipping} {city}", "average shipping days {product}",
            "delivery estimate before {buying|ordering}", "how fast ship to {city}",
            "usual delivery time {city}",
        ),
    ),
    "recover_password": Phrases(
        tasks=(
            "{reset|recover|restore|retrieve} my password",
            "{get|have} a new password because I {forgot|lost} {the old one|mine}",
            "{get|receive} {a|the} password reset {link|mail|e-mail}",
            "{log in|sign in} again, since I {forgot|can't remember} my password",
            "{set|choose} a new password {without knowing the old one|after forgetting mine}",
            "regain access after {forgetting|losing} my {password|login}",
        ),
        questions=(
            "How do I {reset|recover|restore|retrieve} my {forgotten |lost |}password?",
            "Can you send me a {link to reset my password|password reset link}{| again}?",
            "What do I do {when|if} I {forgot|can't remember|lost} my password?",
            "Where is the 'forgot {my |}password' {link|button}?",
            "Why is the password reset {mail|e-mail} not {coming|arriving}?",
            "How do I get back in without {my|the old} password?",
            "Is there a way to {log in|get in} if the password {slipped my mind|is gone}?",
        ),
        situations=(
            "I {forgot|can't remember|have lost} my password {and am locked out|}.",
            "My password {slipped my mind|is gone from my head} {after the holidays|again}.",
            "The reset {link|mail} for my password {never comes|has expired|doesn't work}.",
            (
                "It says 'wrong password' {each time|again and again} and I can't recall the "
                "right one."
            ),
            "I wrote my password on a note, and my {relative} threw it {out|away}.",
            "My new phone doesn't know my password any more, and neither do I.",
            "I am locked out since none of the passwords I can think of works.",
            "I tried my {few} usual passwords and none is accepted.",
        ),
        keywords=(
            "{forgot|lost|reset|recover} password", "password {reset|recovery} {link|mail|}",
            "locked out {forgot|wrong} password", "new password {login|please|}",
            "can't remember {password|pin} login", "reset link {expired|not received} password",
        ),
    ),
    "change_order": Phrases(
        tasks=(
            "{change|modify|amend|adjust} {order}",
            "{add a {other_product} to|put a {other_product} into} {my order|order {ref}}",
            (
                "{remove|take out} {one item|the {product}} from {my order|order {ref}} and "
                "keep the rest"
            ),
            "{swap|exchange|switch} the {product} in {my order|order {ref}} for a {other_product}",
            "{get|have} the {other_colour} one instead of the {colour} {product} I ordered",
            "{increase|reduce|change} the {quantity|number of items} in {order}",
            "{order {few} pieces instead of one|make it {few} instead of one} in {order}",
            "correct the {size|colour|model} {in|of} {order}",
        ),
        questions=(
            "Can I still {change|modify|amend|edit} {order}?",
            "Can you {add a {other_product} to|squeeze a {other_product} into} {order}?",
            (
                "Could you {swap|replace} the {colour} {product} in my order {for|with} a "
                "{other_colour} one?"
            ),
            "How do I {take|remove} one {item|thing} {out of|from} {my order|order {ref}}?",
            "Is it too late to {pick another size|choose a different colour} for {order}?",
            "Can I make it {few} instead of one {product} in the order I placed {when}?",
            "Would you change the {size|colour|quantity} in {order}?",
        ),
        situations=(
            "I ordered the {colour} {product} but meant the {other_colour} one.",
            "I picked the wrong {size|model|colour} in {order}; it should be the other one.",
            "I typed {few} {pieces|items} in {order} but need only one.",
            "I forgot to put a {other_product} into {order}, it should go in the same box.",
            "{order} has one {product} too {many|few}; {fix|correct} the quantity.",
            "My order is right except for the {other_product}, which should be a size bigger.",
            "Instead of the {product} I'd now rather have a {other_product} in the same order.",
        ),
        keywords=(
            "{change|modify|amend|edit} order {ref}", "add {product} to order {ref}",
            "swap {product} for {other_product} order",
            "wrong {size|colour|quantity} in order {ref}", "change quantity order {few} pieces",
            "order {ref} {colour} not {other_colour}",
        ),
    ),
    "track_refund": Phrases(
        tasks=(
            "{track|check on} {my|the} refund{| of {amount}}",
            "{know|find out} {when|where} the refund you {promised|approved} {is|will come}",
            "{check|see|know} the {status|progress} of my refund{| for the {product}}",
            "{know|see} {whether|if} my refund has been {processed|sent|paid out} yet",
            "find out why the {approved|promised} refund {is taking so long|has not come}",
            "know how far along my {reimbursement|refund} is",
        ),
        questions=(
            "Where is {my|the} {refund|reimbursement} {of {amount}|you promised}?",
            "When will {my|the} {approved|promised} refund {reach|hit} my {bank|card}?",
            "Has my refund {for the {product} |}{been processed|gone out|been issued} yet?",
            "What is the status of my {refund|reimbursement} for {order}?",
            "Why is my {approved |}refund {taking so long|still pending}?",
            "How long until the refund you {granted|confirmed} {when} is {on|back on} my card?",
            "Any news about the {amount} you agreed to {refund|pay back}?",
        ),
        situations=(
            "You {approved|confirmed} my refund {when}, but nothing has reached my bank.",
            "I am still waiting for the {amount} refund you {promised|agreed to} {when}.",
            (
                "The refund for the {product} was {issued|granted} {when} and {is not "
                "here|hasn't come}."
            ),
            "It's been {few} weeks since you accepted my return, and the refund isn't on my card.",
            "Your mail said 'refund sent', yet my {bank|card} shows no trace of the {amount}.",
            "The status of my refund has said 'in progress' since {weekday}.",
            "You said I'd have my refund within {few} days; that was {when}.",
            "Every morning I check my bank for the refund you granted me, and nothing.",
        ),
        keywords=(
            "refund status {ref|{product}|}", "{where is|track} {my |}refund {ref|}",
            "refund not {received|arrived} yet", "approved refund {pending|still missing}",
            "refund {amount} when on card", "refund progress {ref}",
        ),
    ),
    "change_shipping_address": Phrases(
        tasks=(
            "{change|update|correct|modify} {my|the} {shipping|delivery} address",
            "{have|get} {order} sent to {another|a different} address",
            "{redirect|reroute} {order} to my {office|new flat|{relative}'s place}",
            "{change|update} the address where you deliver, because I {moved|am moving} to {city}",
            (
                "{fix|correct} a {wrong|mistyped} {street|house number|postcode} in my delivery "
                "address"
            ),
            "replace {my|the} old delivery address {with|by} {the new one|one in {city}}",
        ),
        questions=(
            "Can you {send|ship|deliver} {order} to a different address?",
            "How do I {change|update|correct} {my|the} {shipping|delivery} address?",
            (
                "Can my parcel go to {my office|{city}|my {relative}} instead of my {home|old "
                "address}?"
            ),
            "I {moved|am moving} to {city}: where do I {change|update} my delivery address?",
            "Could you redirect my package to my {relative}'s {place|house}?",
        ),
        situations=(
            "I {moved|have moved} to {city}, and you still ship to my old {address|flat}.",
            "{order} is going to my old {address|street}; it must go to the new one.",
            "I mistyped the {street|house number|postcode} of the delivery address of {order}.",
            "The delivery address on {order} is wrong: it is number {small}, not {small}.",
            "We no longer live where you deliver; our new street is in {city}.",
        ),
        keywords=(
            "{change|update|correct} {shipping|delivery} address",
            "moved new delivery address {city}",
            "wrong {street|postcode|house number} on order {ref}",
            "redirect parcel {ref} to {city}",
            "ship {ref} to different address", "deliver to office instead of home",
        ),
    ),
    "complaint": Phrases(
        tasks=(
            "{file|lodge|make|submit|register} {a|an official|a formal} complaint{| about {gripe}}",
            "{complain|protest} about {gripe}",
            "{express|voice} my {dissatisfaction|displeasure} {with|about} {gripe}",
            "report {gripe} to {the management|whoever is in charge}",
            "take {gripe} up with your complaints {department|desk}",
            "make a claim against you over {gripe}",
        ),
        questions=(
            "Where {do|can} I {file|lodge|make|submit} a complaint{| about {gripe}}?",
            "How do I complain about {gripe}?",
            "Who {handles|deals with} complaints about {gripe}?",
            "Is there a {form|department} for complaints?",
            "Who is responsible for {gripe}, and how do I report them?",
            "What does the management have to say about {gripe}?",
        ),
        situations=(
            (
                "I am {deeply|very|truly} {unhappy|dissatisfied} with {gripe}, and I want it on "
                "record."
            ),
            "{gripe} was a disgrace, and {someone must answer for it|I want it looked into}.",
            (
                "Your courier {insulted|shouted at} my {relative}; such conduct must have "
                "consequences."
            ),
            "I have never been treated so badly as by {your staff|the courier} {when}.",
            "I won't let {gripe} pass without a formal objection.",
            "Note down that I find {gripe} {unacceptable|shameful}.",
            "I expect an apology for {gripe}.",
            "The way your people {hung up on|laughed at} my {relative} deserves a formal protest.",
        ),
        keywords=(
            "{file|lodge|make} complaint", "complaint {department|form}",
            "complaint about {gripe}", "{rude|careless} courier complaint",
            "formal complaint {ref}", "report bad service management",
        ),
    ),
    "get_invoice": Phrases(
        tasks=(
            "{get|receive|have|obtain} {a copy of |}the {invoice|bill} for {order}",
            "{download|print} {my|the} {invoice|bill}{| {ref}| for {order}}",
            "{have|get} {my|the} invoice {sent|mailed} to me {again|as a PDF}",
            "{request|ask for} an invoice {for|over} {amount}",
            "get a {written|proper} {invoice|bill} for {my tax adviser|the tax office|my employer}",
            "get the paper bill that was missing from the box with the {product}",
        ),
        questions=(
            "{Can|Could} you {send|mail|e-mail} me the {invoice|bill} for {order}?",
            "Where {can|do} I {download|get|print} {my|the} {invoice|bill}{| from {month}}?",
            "How do I {get|obtain} {an invoice|a copy of the bill} for {order}?",
            "May I have the {invoice|bill} for the {product} as a PDF?",
            "Do you {issue|make out} invoices {to companies|for my employer}, and can I have mine?",
            "Could someone send invoice {ref} to accounts@example.com?",
        ),
        situations=(
            "My {boss|tax adviser|bookkeeper} needs the invoice for {order}.",
            "There was no {invoice|bill} in the box with the {product}; send me one.",
            "I lost the {invoice|bill} for {order} and need another copy.",
            "I never received {an invoice|the bill} for the {product}, only a confirmation.",
            "The invoice download for {order} isn't there, so mail it to me.",
            "For the warranty on the {product} I need the bill in writing.",
        ),
        keywords=(
            "{send|download|get|need} invoice {ref}", "invoice {pdf|copy} {product|{ref}}",
            "copy of bill {product}", "need {bill|invoice} for tax {product}",
            "invoice not received send {ref}", "print {bill|invoice} {month}",
        ),
    ),
    "contact_human_agent": Phrases(
        tasks=(
            "{talk|speak|chat} {to|with} {staff}{|, not a bot|, not a machine}",
            "get {connected|transferred|put through|handed over} to {staff}",
            "{get|have} {staff} on the line{| instead of this bot}",
            "{leave|get out of} this chatbot and {reach|speak to} {staff}",
            "have {staff} {take over|read this} instead of a {bot|robot}",
        ),
        questions=(
            "{Can|May|Could} I {talk|speak|chat} {to|with} {staff}?",
            "{Can|Could} you {connect|transfer|hand} me {over |}to {staff}?",
            "Is there {staff} {here|behind this chat}, or {only bots|just a machine}?",
            "How do I get {past|rid of} this {bot|robot|machine} and reach {staff}?",
            "Am I talking to a {bot|machine}? Then {put me through|hand me over} to {staff}.",
            "Could {staff} take over from this bot?",
        ),
        situations=(
            "I {don't|do not} want to {talk|chat} {to|with} a {bot|robot|machine} any longer.",
            "This chatbot {does not understand me|goes in circles}; get me {staff}.",
            "Only {staff} can {understand|help with} {this|my case}, not a {bot|script}.",
            "I'm tired of {automatic|canned} {answers|replies} and want {staff}.",
            "Your virtual assistant is no match for {staff}, so hand me over.",
            "Enough of the robot: I won't type another word until {staff} takes over.",
            "I'd rather explain {this|it} to {staff} than to software.",
        ),
        keywords=(
            "{human|live|real} {agent|person|operator}", "talk to {human|person|agent}",
            "{agent|human} not {bot|robot|machine}", "transfer to {live |human |}agent",
            "speak {real person|human being} now", "no chatbot human please",
        ),
    ),
    "edit_account": Phrases(
        tasks=(
            "{change|edit|update|correct} my {personal |}{detail}{| in my account| on my profile}",
            "{edit|modify|update} my {account|profile} {details|information|data}",
            (
                "{correct|fix} {a typo|a mistake|the spelling} in my {detail} {on|in} my "
                "{account|profile}"
            ),
            "replace the {old |}{detail} {stored in|saved on} my {account|profile}",
            "have my {account|profile} show {my new|another} {detail}",
        ),
        questions=(
            "How do I {change|edit|update|correct} my {detail} {in my account|on my profile}?",
            "Where {can|do} I {edit|update} my {account|profile} {details|information|data}?",
            "Can you {change|correct|update} the {detail} {in|on} my {account|profile}?",
            "Which page lets me change the {detail} stored {about|for} me?",
            "Is it possible to {edit|update} my {detail} in my profile?",
        ),
        situations=(
            "The {detail} {in|on} my {account|profile} is {out of date|wrong|misspelt}.",
            "I {got married|changed my name}, and my {account|profile} still has the old surname.",
            "My profile shows a {detail} I {don't|no longer} {use|have}.",
            "I have a new {detail}, and my {account|profile} should {show|know} it.",
            "You have my {detail} wrong in my {account|profile}.",
            "My account greets me by the wrong name; please put the right one in.",
        ),
        keywords=(
            "{edit|update|change} {account|profile} {details|information|data|{detail}}",
            "change {detail} account", "wrong {detail} in profile", "update {detail} profile",
            "correct {name|surname} on account", "new {detail} my account",
        ),
    ),
    "delivery_options": Phrases(
        tasks=(
            (
                "{know|see|find out} {what|which} {delivery|shipping} {options|methods} {you "
                "have|there are}"
            ),
            "{know|find out} {whether|if} you offer {service}",
            "see the {list of |}{different |}ways {a parcel can be|you can have things} delivered",
            "{check|compare} {your|the available} {delivery|shipping} {options|methods|choices}",
            "know if I can choose {service} for a {product}",
        ),
        questions=(
            "{What|Which} {delivery|shipping} {options|methods|choices} {do you offer|are there}?",
            "Do you {offer|have|do} {service}{| in {city}| for a {product}}?",
            "Can I {choose|pick|select} {service} at checkout?",
            "What ways of getting a {product} delivered {can I choose from|do you offer}?",
            "Is {service} {possible|available|an option}{| in {city}}?",
            "By which carriers can things be delivered, and is there {service}?",
            "Besides standard post, which ways of shipping can I pick?",
        ),
        situations=(
            "I'd like to know if {service} is among the ways you deliver.",
            "The checkout shows only standard shipping; I wonder if {service} exists.",
            "I can't see anywhere whether {service} is offered.",
            "I'd pay more for {service} if you offer it.",
            "There is nobody at home by day, so tell me if you do {service}.",
            "Your page does not list the kinds of shipping one can choose.",
        ),
        keywords=(
            "{delivery|shipping} {options|methods|choices}", "{service} available",
            "do you offer {service}", "{service} {city}", "list of shipping methods",
            "available carriers {city}",
        ),
    ),
    "contact_customer_service": Phrases(
        tasks=(
            (
                "{contact|reach|get in touch with} {your |}{customer service|customer "
                "support|help desk}"
            ),
            "{know|find} the {phone number|e-mail address} of {customer service|the support team}",
            (
                "{know|find out} {your|the} {opening|business|support} hours of {the "
                "hotline|your help desk}"
            ),
            "find out {at what hours|when} {customer service|your hotline} is {open|reachable}",
            "get {the|a} {contact|hotline} {number|details} for {support|customer care}",
        ),
        questions=(
            (
                "How {can|do} I {contact|reach|get hold of} {your |}{customer service|customer "
                "support}?"
            ),
            (
                "What is the {phone number|e-mail address|hotline} {of|for} {customer "
                "service|support}?"
            ),
            (
                "{When|At what time|On which days} is {customer service|your hotline} "
                "{open|available}?"
            ),
            "Which number do I {dial|call} for {customer support|customer care}?",
            "Is {customer service|the help desk} {open|reachable} on {weekday}?",
            "Until what time do you answer the customer service phone?",
            "By which channels can customers reach support?",
        ),
        situations=(
            "I'm looking for the {number|e-mail address} of {customer service|customer care}.",
            "I couldn't find {any|the} customer service {number|contact details} on the {shop}.",
            "There is no phone number for customer support on your contact page.",
            "I'd call your hotline if I knew the number and the hours.",
            "Nobody picks up at the hotline, so I wonder what the support hours are.",
        ),
        keywords=(
            "customer {service|support|care} {number|phone|hours|contact|e-mail}",
            "contact {customer service|support team}", "{hotline|help desk} {number|hours}",
            "support opening hours {weekday}", "customer service phone",
        ),
    ),
    "place_order": Phrases(
        tasks=(
            "{place|make|submit} an order{| for a {product}| for {few} pieces}",
            "{buy|order|purchase} {a|a {colour}|a new} {product}{| from you| in your {shop}}",
            "{order|buy} a {product} {as a gift for|for} my {relative}",
            "{acquire|get myself} {one of your products|a {product} of yours}",
            "put a {product} in my basket and {check out|buy it}",
        ),
        questions=(
            "How {do|can} I {place|make} an order{| for a {product}}?",
            "How do I {buy|order|purchase} a {product}{| in your {shop}| from you}?",
            "{Can|May} I {buy|order} {a|a {colour}} {product} {here|by phone|through this chat}?",
            "What are the steps to {buy|order|purchase} a {product}?",
            "Will you take my order for {few} pieces of the {colour} {product}?",
            "Where do I click to buy the {product} I am looking at?",
        ),
        situations=(
            "I have never bought anything {online|here} and want to order a {product}.",
            "The {product} is in my basket, and I don't know how to go on to buy it.",
            "My {relative} has the {product}, and now I want to buy one too.",
            "Put me down for {few} pieces of the {product}.",
            "I have decided: one {colour} {product}, please, for {amount}.",
        ),
        keywords=(
            "{buy|purchase} {a |}{product}", "{place|make} {new |}order {product}",
            "how to {order|buy} {product}", "want to buy {few} {colour} {product}",
        ),
    ),
    "check_payment_methods": Phrases(
        tasks=(
            (
                "{know|see|check|find out} {what|which} {payment methods|forms of payment} you "
                "{accept|take}"
            ),
            "{know|check} {whether|if} you {accept|take} {method}",
            "{know|find out} {whether|if} I can pay {with|by} {method}",
            "see the list of {accepted|possible} {payment methods|ways to pay}",
        ),
        questions=(
            "{What|Which} {payment methods|forms of payment|cards} do you {accept|take|support}?",
            "Do you {accept|take} {method}?",
            "Can I pay {by|with} {method}{| in your {shop}| for a {product}}?",
            "What are {the|my} {options|choices} for paying{| apart from {method}}?",
            "Is {method} {accepted|possible|allowed} {at checkout|as payment}?",
            "In which ways can one pay {here|in your {shop}}?",
        ),
        situations=(
            "I {don't have|have no} credit card and wonder {if you take|about} {method}.",
            "I'd only buy here if {method} is accepted as payment.",
            "Your {shop} does not say {which|what} ways to pay there are.",
            "Before I fill my basket, tell me if {method} is fine for paying.",
            "My {relative} says you take {method}; I want to be sure before I shop.",
        ),
        keywords=(
            "payment {methods|options}", "accepted {cards|payments}", "pay {with|by} {method}",
            "{method} accepted", "forms of payment {list|accepted|}", "do you take {method}",
        ),
    ),
    "create_account": Phrases(
        tasks=(
            "{create|open|set up|make} {a|a new|my first} {user|customer} {account|profile}",
            "{register|sign up} {as a new customer|on your {shop}|for an account}",
            "become a {registered |}{member|customer} of your {shop}",
            "open an account {for|in the name of} my {relative}",
            "join your {shop} as a {new |}member",
        ),
        questions=(
            "How {do|can} I {create|open|set up} {an|a new|a user|a customer} account?",
            "Where {do|can} I {sign up|register} as a new {customer|user}?",
            "What do I need to {open|create} an account{| with you}?",
            "Can I open an account for my {relative}?",
            "Could you {make|create} {an account|a profile} for me?",
            "Which page do newcomers use to sign up?",
        ),
        situations=(
            "I'm new here and don't have an account yet.",
            "I am not registered yet and would like to be.",
            "I have always shopped as a guest and now want an account of my own.",
            "My {relative} has no customer account with you and would like to open one.",
            "I'd like to join; tell me how new customers sign up.",
        ),
        keywords=(
            "{create|open|make} {new |user |}account", "sign up {new customer|{shop}}",
            "register as new {user|customer}", "new account {for my {relative}|how}",
            "open customer profile",
        ),
    ),
    "check_invoice": Phrases(
        tasks=(
            "{check|verify} {an amount|a position|the {amount}} on {my|the} invoice{| {ref}}",
            (
                "{understand|query} {a charge|an entry|the tax} on {my|the} {invoice|bill} for "
                "the {product}"
            ),
            "{know|see} what {is listed|the {amount} stands for} on {my|the} {invoice|bill}",
            "{know|check} when invoice {ref} {is due|was issued}",
            "{check|verify} {whether|if} {my|the} {invoice|bill} {ref} is {correct|right}",
        ),
        questions=(
            (
                "Why does {my|the} {invoice|bill} {say|show} {amount} {when|if} the {product} "
                "{was cheaper|is less}?"
            ),
            "What is the {amount} on {my|the} {invoice|bill} {ref} for?",
            (
                "Is the {total|tax|discount} on {my|the} {invoice|bill} {from {month} "
                "|}{correct|right}?"
            ),
            "When is invoice {ref} due?",
            "Does the discount appear on invoice {ref}?",
        ),
        situations=(
            "The {total|sum|tax} on {my|the} {invoice|bill} {ref} {looks|seems} wrong to me.",
            "My {invoice|bill} lists a {product} I don't recognise.",
            "The {invoice|bill} from {month} has a line of {amount} I can't explain.",
            "The discount isn't on my invoice {ref}; have a look at it.",
            "Invoice {ref} shows {amount}, but I reckon it should be {other_amount}.",
        ),
        keywords=(
            "{check|verify} invoice {ref}", "invoice {ref} {wrong|due date|total}",
            "unknown {charge|line} on {bill|invoice}", "explain invoice {amount}",
            "is {bill|invoice} {ref} correct",
        ),
    ),
    "check_refund_policy": Phrases(
        tasks=(
            "{know|read|see|understand} your {refund|money-back} {policy|rules|terms}",
            "{know|find out} {under what|on which} conditions you {give|grant} refunds",
            "{know|check} how many days customers have to ask for a refund",
            "find out in which cases {a refund is possible|you give money back}",
        ),
        questions=(
            "What {is|are} your {refund|money-back} {policy|rules|terms}?",
            "In which {cases|situations} do you {give|grant} refunds?",
            "{Within|In} how many days {can|may} one {ask for|request} a refund{| of a {product}}?",
            (
                "Do you {give|offer} refunds on {sale|opened|personalised|used} items{| such as "
                "a {product}}?"
            ),
            "What are the {conditions|rules} for getting refunds in your {shop}?",
            "Where can I read your {refund policy|rules on refunds}?",
            "Is there a money-back guarantee on a {product}?",
        ),
        situations=(
            "I have not bought the {product} yet; first I want to know your rules on refunds.",
            "I can't find the {refund|money-back} {policy|terms} on your {shop}.",
            "Before I buy, I'd like to understand when a refund is possible.",
            "It isn't clear to me if {sale|opened|used} items are covered by your refund policy.",
        ),
        keywords=(
            "refund {policy|rules|terms|conditions}", "money-back {guarantee|policy} {product|}",
            "refund policy {sale|opened} items", "refund time limit days rules",
        ),
    ),
    "registration_problems": Phrases(
        tasks=(
            "{report|fix|solve} {a problem|an error|trouble} with {registration|signing up}",
            "find out why {my registration|signing up} {fails|is rejected|does not work}",
            "complete my sign-up in spite of the {error|crash} on the {form|page}",
            "get past the error that {blocks|stops} my sign-up",
        ),
        questions=(
            "Why does {the registration|the sign-up form|signing up} {fail|crash|not work}?",
            "Why {does|is} the sign-up {page|form} {rejecting|refusing} my {e-mail|phone number}?",
            "What does {the|this} error {mean that I get|say} when I {register|sign up}?",
            "Why do I get error {small} when registering?",
            (
                "Can you help, since the registration form {freezes|hangs} at {the last "
                "step|step {few}}?"
            ),
            "Why does the confirmation mail for my sign-up never arrive?",
        ),
        situations=(
            "The {sign-up|registration} {form|page} {keeps crashing|freezes|shows an error}.",
            "I tried to register {few} times, and each time {it fails|I get an error}.",
            "It says my e-mail is already taken when I sign up, although I never registered.",
            "The confirmation mail never arrives, so my registration can't be completed.",
            "When I press 'register', {nothing happens|the page goes blank}.",
            "Your sign-up form won't accept my {phone number|postcode|e-mail}.",
        ),
        keywords=(
            "{registration|sign-up} {error|problem|fails|not working}", "error {small} registering",
            "sign-up form {crash|freezes|rejected e-mail}", "can't complete registration",
            "confirmation mail missing sign-up",
        ),
    ),
    "delete_account": Phrases(
        tasks=(
            (
                "{delete|close|remove|terminate|erase} my {user |customer |}{account|profile}{| "
                "for good}"
            ),
            "have my {account|profile} {deleted|erased|closed|wiped} {with all its data|for good}",
            "{get rid of|shut down} my {account|profile}",
            "stop being a customer and have {my account|everything about me} erased",
        ),
        questions=(
            "How do I {delete|close|terminate|erase} my {account|profile}?",
            "{Can|Could} you {delete|close|erase|wipe} my {account|profile}{| and all my data}?",
            "Where is the button to {delete|close} my {account|profile}?",
            "What do I have to do so that my account {disappears|is gone} for good?",
        ),
        situations=(
            "I {no longer|don't} {use|need} my {account|profile}, so {erase|close|delete} it.",
            "I want all my data erased and my {account|profile} gone.",
            "I won't shop here again; my {account|profile} {can go|should be removed}.",
            "My late {relative}'s account is still there and should be closed.",
        ),
        keywords=(
            "{delete|close|remove|terminate} account", "erase {profile|account} {data|for good}",
            "account {deletion|closure}", "get rid of my account",
        ),
    ),
    "check_cancellation_fee": Phrases(
        tasks=(
            (
                "{know|find out|check} {whether|if} {cancelling|a cancellation} {costs|would "
                "cost} {anything|money}"
            ),
            "{know|see} {how high|how much} the {cancellation|early termination} {fee|charge} is",
            "check the {cancellation|withdrawal} {fee|charge|penalty}",
        ),
        questions=(
            "{Is there|Do you charge} a {fee|penalty} for {cancelling|cancelling an order}?",
            "How {much|high} is the {cancellation|early termination} {fee|charge|penalty}?",
            "What does it cost {to cancel|if I cancel} {an order|an order for a {product}}?",
            "Would I {pay|owe} {a penalty|anything|a fee} if I cancelled{| after {few} days}?",
            "Is {cancelling|cancellation} free{| of charge| within {few} days}?",
        ),
        situations=(
            "Before I cancel anything, I want to know what it would cost me.",
            "I can't find how much you charge for a cancellation.",
            "I heard that you keep {amount} when someone cancels; I'd like to know the fee.",
            "I won't decide on cancelling until I know the penalty.",
        ),
        keywords=(
            "cancellation {fee|charge|penalty|cost}", "fee for cancelling {product|}",
            "how much to cancel {fee|order}", "early termination fee",
        ),
    ),
    "newsletter_subscription": Phrases(
        tasks=(
            "{subscribe to|sign up for|get} {your|the} {newsletter|mailing list}",
            "{unsubscribe from|get off|cancel} {your|the} {newsletter|mailing list}",
            "{stop getting|no longer receive} {your|the} {newsletter|marketing mails}",
            "receive {your|the} {weekly|monthly} newsletter",
        ),
        questions=(
            "How do I {subscribe to|unsubscribe from|sign up for} {your|the} newsletter?",
            "{Can|Could} you {add me to|take me off} {your|the} {newsletter|mailing list}?",
            "Where is the link to {leave|join} your mailing list?",
            "Why do I still get {your|the} newsletter after {unsubscribing|opting out}?",
        ),
        situations=(
            "I don't want your newsletter in my inbox any more.",
            "My {relative} gets your newsletter, and I'd like it too.",
            "The unsubscribe link in your newsletter does nothing.",
            "I'd like to hear of new offers by newsletter.",
        ),
        keywords=(
            "newsletter {subscribe|unsubscribe|sign up|stop}", "{join|leave} mailing list",
            "{cancel|get} {weekly |monthly |}newsletter",
        ),
    ),
    "set_up_shipping_address": Phrases(
        tasks=(
            "{set up|add|enter|save} {a|my first|an additional} {shipping|delivery} address",
            "{add|save} {my {relative}'s place|my office} as {a second|an extra} delivery address",
            (
                "{store|register} a {shipping|delivery} address, as I have none {saved|in my "
                "account} yet"
            ),
        ),
        questions=(
            (
                "How do I {set up|add|enter|save} {a|a second|an additional} "
                "{shipping|delivery} address?"
            ),
            "Where can I {add|store} {a|another|my first} {shipping|delivery} address?",
            "Can I {keep|store|have} {two|several} delivery addresses, and how do I add one?",
        ),
        situations=(
            "There's no delivery address in my account yet, and I want to enter one.",
            "I have not stored any shipping address so far; show me where to add it.",
            "Besides my home I want my office saved as an extra delivery address.",
        ),
        keywords=(
            "{add|set up|save} {new|first|second|additional} {shipping|delivery} address",
            "enter delivery address first time", "no shipping address saved add",
        ),
    ),
    "review": Phrases(
        tasks=(
            "{leave|write|post|submit} a {review|rating}{| of the {product}| about your {shop}}",
            "{rate|review} the {product}{| with {few} stars}",
            "share my opinion {of|about} the {product} {on your {shop}|with other buyers}",
        ),
        questions=(
            "Where {can|do} I {leave|write|post} a {review|rating}{| of the {product}}?",
            "How do I {rate|review} the {product} I {bought|got} {when}?",
            "Can I give the {product} {few} stars on your {shop}?",
        ),
        situations=(
            "The {product} is {wonderful|great}, and I want other customers to read my opinion.",
            "I don't see where to give the {product} its {few} stars.",
            "I have tested the {product} for a month and would like to publish my verdict.",
        ),
        keywords=(
            "{leave|write|post} {a |}review {product|}", "rate {product} {few} stars",
            "product review {product}",
        ),
    ),
    "switch_account": Phrases(
        tasks=(
            "{switch|change} to {another|my other|a different} account",
            (
                "{log out of one account and into another|use my {business|second|other} "
                "account instead}"
            ),
            "switch from {my|a} {private|personal|free} to a {business|premium} account",
        ),
        questions=(
            "How do I {switch|change|toggle} between {my two|several} accounts?",
            "Can I {switch|move} from {this|my private} account to {another one|my business one}?",
            "Where do I change over to {my other|another} account?",
        ),
        situations=(
            "I have two accounts and am in the wrong one; I want the other.",
            "I'm logged in with my private account but want to use the business one.",
        ),
        keywords=(
            "switch {account|accounts}", "change to {other|another|business} account",
            "use different account",
        ),
    ),
}  # fmt: skip
