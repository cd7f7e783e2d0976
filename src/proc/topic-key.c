/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/util.h"
#include "proc/topic.h"

/* Digital Key, part by part. */

#define PLAIN "f67"
#define PLUS "j01 j05 u25 f65 f66"
#define CARS PLAIN " " PLUS
#define IN_WORDS "F67 (Digital Key); J01, J05, U25, F65, F66 (Digital Key Plus)"

#define STEP(text_, source_) \
	{ .kind = ADVICE_STEP, .grade = GRADE_DOCUMENTED, .text = (text_), .source = (source_) }
#define NOTE(text_, source_) \
	{ .kind = ADVICE_NOTE, .grade = GRADE_DOCUMENTED, .text = (text_), .source = (source_) }
#define HINT(text_, source_) \
	{ .kind = ADVICE_HINT, .grade = GRADE_DOCUMENTED, .text = (text_), .source = (source_) }
#define DISPUTED(text_, source_) \
	{ .kind = ADVICE_DISPUTED, .grade = GRADE_DOCUMENTED, .text = (text_), .source = (source_) }
#define ONLY(cars_, kind_, text_, source_)                                                    \
	{ .kind = (kind_), .grade = GRADE_DOCUMENTED, .text = (text_), .source = (source_),   \
	  .only = (cars_) }

static const struct advice overview[] = {
	NOTE("A phone, or a watch beside it, is the car's key. There are two kinds: Digital Key in "
	     "the Convertible (F67), and Digital Key Plus in every other car with Operating System "
	     "9 (J01, J05, U25, F65, F66).", "004 FAQ 1"),
	NOTE("The car must have Comfort Access (option 322).", "004 FAQ 1"),
	NOTE("The owner's key, called main key, is on the owner's phone. There is exactly one.",
	     "004 deleting; can.md 7"),
	ONLY(PLAIN, ADVICE_NOTE, "Digital Key: at most 5 shared keys.", "004 FAQ 4"),
	ONLY(PLUS, ADVICE_NOTE, "Digital Key Plus: at most 18 shared keys.", "004 FAQ 4"),
	NOTE("Beside it there are the physical fob, a set-up card (from model year 2026) and a "
	     "service card.", "004 components"),
	NOTE("No public source has any message of these cars' buses: minikey cannot read their "
	     "keys, and commands on a real link end with 6.", "can.md 9"),
};

static const struct advice setup[] = {
	STEP("Have the MINI App on the phone, log in with your MINI ID, and add the car to it.",
	     "004 set-up"),
	STEP("Switch the car to accessory mode. While the engine runs it refuses to pair.",
	     "004 FAQ 11"),
	STEP("To model year 2025: take all physical keys into the car, tap the tile of the Digital "
	     "Key in the app, GET STARTED, Continue, and Start Pairing.", "004 set-up without card"),
	STEP("From model year 2026: hold the set-up card against the back of the phone. If its NFC "
	     "does not begin the set-up, scan the QR code on the card. Then get in with one "
	     "physical key, and tell the app that you are inside.", "004 set-up with card"),
	STEP("Let the app put the key into the phone's wallet. If the phone cannot do that by "
	     "itself, add it like a credit card.", "004 set-up with card"),
	STEP("If the car asks for it, put the phone into the tray to finish pairing.",
	     "004 step by step"),
	STEP("Take the set-up card and the fob home. Leave neither in the car.", "004 set-up with card"),
	NOTE("There are two more ways, by a link in an e-mail and by the car's menu: minikey guide "
	     "digital-key activate.", "004 activating"),
	DISPUTED("For cars without a set-up card the guide asks for both keys; elsewhere it says "
		 "that a car may have come with one key and a card only.", "004 set-up; 004 benefits"),
	HINT("No tile in the app: the car or the phone has no Digital Key: minikey guide "
	     "digital-key phone.", "004 set-up; 004 FAQ 1, 2"),
};

static const struct advice activate[] = {
	STEP("By e-mail: after the car was added to the MINI ID a message comes. Open it on the "
	     "phone and tap the pairing link.", "004 activating by e-mail"),
	STEP("Or in the car: Home > Digital Key > Add Key. Then open the MINI App and let it pair, "
	     "or type the pairing token that came by e-mail.", "004 activating in the car"),
	STEP("Put the phone into the charging tray, and wait until the key has been made.",
	     "004 activating"),
	STEP("Look into the wallet: the key must be there. It can be used at once.", "004 activating"),
};

static const struct advice use[] = {
	ONLY(PLAIN, ADVICE_NOTE, "Digital Key, unlock and lock: hold the phone to the handle of the "
	     "driver's door.", "004 comparison"),
	ONLY(PLAIN, ADVICE_NOTE, "Digital Key, start: put the phone into the charging tray and press "
	     "START/STOP.", "004 comparison"),
	ONLY(PLUS, ADVICE_NOTE, "Digital Key Plus, unlock and lock: the car does it by itself when "
	     "you come and go. The handle of the driver's door works too.", "004 comparison; 004 FAQ 10"),
	ONLY(PLUS, ADVICE_NOTE, "Digital Key Plus, start: press START/STOP.", "004 comparison"),
	NOTE("Close all doors and the boot first, or it does not lock.", "004 FAQ 10"),
	ONLY(PLAIN, ADVICE_NOTE, "The phone has to be in the tray twice only: to start, and for the "
	     "boot button inside the driver's door.", "004 FAQ 12"),
	ONLY(PLUS, ADVICE_NOTE, "With Digital Key Plus and Comfort Access the phone need not be in "
	     "the tray, neither to start nor for the boot button inside.", "004 FAQ 12"),
	NOTE("How doors lock and unlock is set in the car, as for a fob.", "004 FAQ 10"),
	ONLY(PLUS, ADVICE_DISPUTED, "One answer of the guide says that a digital key locks and unlocks "
	     "at the driver's handle only; its comparison says that Plus does it when you come and "
	     "go.", "004 FAQ 10; 004 comparison"),
	HINT("It does not unlock: hold that place of the phone to the handle where its NFC antenna "
	     "is.", "004 FAQ 14"),
};

static const struct advice secure[] = {
	NOTE("With Express mode or Comfort access switched off in the phone, or its screen lock on, "
	     "the phone asks for face, finger, PIN or password before the key works.",
	     "004 securing"),
	ONLY(PLUS, ADVICE_NOTE, "With Passive mode on the phone stays in the pocket: the car unlocks "
	     "when you come and locks when you go. With it off the phone asks first.", "004 securing"),
	NOTE("The key is kept in a chip of the phone, its secure element.", "004 FAQ 9"),
};

static const struct advice share[] = {
	ONLY(PLAIN, ADVICE_NOTE, "Digital Key: at most 5 keys can be shared.", "004 FAQ 4"),
	ONLY(PLUS, ADVICE_NOTE, "Digital Key Plus: at most 18 keys can be shared.", "004 FAQ 4"),
	STEP("Open the key in the phone's wallet.", "004 sharing 1"),
	STEP("Tap the sign for sharing, the same as for photos.", "004 sharing 2"),
	STEP("Set the restrictions now, before the invitation goes out: hours, area, top speed, radio "
	     "volume.", "004 sharing 3"),
	STEP("Choose the messages app and the recipient, and send.", "004 sharing 3"),
	STEP("If the phone shows an activation code, send it too, in a message of its own.",
	     "004 sharing 3"),
	STEP("The recipient taps the link and adds the key to a wallet. No MINI ID and no app is "
	     "needed.", "004 sharing 4"),
	STEP("At the first use the recipient confirms the key on the car's screen, with the "
	     "activation code if it asks for it. Only then does the car start.", "004 sharing 4"),
	NOTE("The owner sees \"invitation pending\" until it is accepted, then \"Unlock and Drive\".",
	     "004 sharing, continued"),
	NOTE("Before several keys are shared the owner may be asked to use the own key once.",
	     "004 FAQ 4"),
	ONLY(PLUS, ADVICE_DISPUTED, "One place of the guide counts eighteen for the car, another "
	     "across all phones and all cars with Digital Key Plus.", "004 FAQ 4; 004 sharing"),
	DISPUTED("In one place the guide calls a shared key fully active once it is accepted, in "
		 "another the car's screen has to be confirmed first.",
		 "004 sharing, continued; 004 sharing 4"),
};

static const struct advice restrictions[] = {
	NOTE("A shared key can be held to certain hours, to an area, to a top speed, and to a radio "
	     "volume.", "004 sharing 3; 004 introduction"),
	NOTE("They are set before the invitation is sent.", "004 sharing 3"),
	DISPUTED("Which of them a phone offers differs. Texts for BMW cars name engine power and "
		 "stability control too, and no hours or area.", "004 introduction; can.md 7"),
};

static const struct advice code[] = {
	STEP("Some phones make an activation code while a key is shared: write it down.",
	     "004 sharing 3"),
	STEP("Send it to the recipient in a message of its own, not with the invitation.",
	     "004 sharing 3"),
	STEP("The recipient types it when the phone or the car's screen asks, at the latest at the "
	     "first use.", "004 sharing 4"),
	NOTE("Until then a key that was shared with a code is not fully active.", "004 sharing 3, 4"),
};

static const struct advice revoke[] = {
	STEP("Owner, on the phone: open the key in the wallet, choose the shared key, and remove it. "
	     "The key is now in pre-deletion: it still works, until another active key (digital or "
	     "fob) has used the car once. Then it is gone.", "004 deactivating 1; 004 FAQ 7"),
	STEP("Or in the car, with the main key or a fob inside: Home > Keys > Reset Functions > "
	     "Delete Key. It is gone at once.", "004 deactivating 2"),
	STEP("Recipient, on the own phone: remove the key from the wallet. It is gone at once.",
	     "004 deactivating; 004 FAQ 7"),
	NOTE("A recipient can delete the own key in the car too, but only with the owner's main key "
	     "or a fob there.", "004 deactivating"),
	NOTE("The reason given for pre-deletion is safety.", "004 deactivating 1; 004 FAQ 7"),
	DISPUTED("Sources differ on what ends pre-deletion: any other active key that uses the car "
		 "(MINI USA), or the main key locking or unlocking it once (MINI Australia). A maker "
		 "of phones says the owner's removal works at once.", "004 FAQ 7; can.md 7"),
};

static const struct advice delete[] = {
	STEP("On the phone: open the wallet, then the main key or its settings. iPhone: Remove This "
	     "Car Key. Google and Samsung: Delete Key.", "004 deleting by phone"),
	STEP("Or in the car: Keys > Digital Key > Reset Function, and OK.", "004 deleting by car"),
	NOTE("Done in the car it works at once.", "004 FAQ 7"),
	NOTE("For keys of others: minikey guide digital-key revoke.", "004 deactivating"),
};

static const struct advice new_phone[] = {
	STEP("Set up a main key on the new phone: minikey guide digital-key setup.", "004 FAQ 6"),
	STEP("The main key on the old phone is deleted by that.", "004 FAQ 6"),
	STEP("Invite everybody with a shared key anew.", "004 FAQ 6"),
	DISPUTED("Of the shared keys the guide says that they are not deleted, and yet that they need "
		 "new invitations. A maker of phones says that they go on working.",
		 "004 FAQ 6; can.md 7"),
};

static const struct advice lost_phone[] = {
	STEP("Take a fob along, and sit in the car.", "004 deactivating 2"),
	STEP("Delete the lost phone's key in the car. The main key: Keys > Digital Key > Reset "
	     "Function, and OK. A shared one: Home > Keys > Reset Functions > Delete Key.",
	     "004 FAQ 13; 004 deleting by car; 004 deactivating 2"),
	STEP("Set up a new main key when there is a new phone: minikey guide digital-key setup.",
	     "004 FAQ 6"),
	NOTE("Deleting in the car works at once; from a phone a key still works for a while: minikey "
	     "guide digital-key revoke.", "004 FAQ 7"),
	NOTE("Some phones suspend their keys while they are reported lost.", "can.md 7"),
};

static const struct advice watch[] = {
	STEP("Put the key on the phone first: minikey guide digital-key setup.", "004 smartwatch"),
	STEP("Open the watch's app on the phone, and follow its steps.", "004 smartwatch"),
	STEP("Add the key to the watch. It is then among its cards, ready to use.", "004 smartwatch"),
	NOTE("Phone and watch must both support Digital Key.", "004 smartwatch"),
	NOTE("A watch without power does not work, unlike a phone.", "004 FAQ 8"),
};

static const struct advice card[] = {
	STEP("To activate: put the card into the charging tray and choose Activate Card on the car's "
	     "screen. Or: Home > Keys > Digital Key > Activate Key.", "004 service card"),
	STEP("Give it to the workshop, the valet or whoever tows the car.", "004 service card"),
	STEP("To deactivate, always after use: put it into the tray, and choose Home > Keys > "
	     "Deactivate Card.", "004 service card"),
	STEP("Only then may it be stored in the car.", "004 service card"),
	NOTE("It is inactive unless somebody activates it.", "004 service card"),
	NOTE("The set-up card and the fob are never stored in the car.", "004 service card"),
	DISPUTED("The guide gives two menus, one with Digital Key and one without. Yours may have "
		 "either.", "004 service card"),
};

static const struct advice valet[] = {
	STEP("Give the valet the activated service card, or a physical fob: not the phone.",
	     "004 FAQ 5"),
	STEP("Afterwards deactivate the card: minikey guide digital-key service-card.",
	     "004 service card"),
	NOTE("The car's valet mode is there too, and has nothing to do with Digital Key.", "004 FAQ 5"),
};

static const struct advice no_power[] = {
	NOTE("A phone whose battery ran out still unlocks, locks and starts for up to 5 h, if Express "
	     "mode is on.", "004 FAQ 8"),
	NOTE("Not if it was switched off by hand.", "004 FAQ 8"),
	NOTE("iPhone calls it Express Mode, Google Pixel Lock Screen: on unless changed. Samsung "
	     "Galaxy calls it Security Required Authentication: off unless changed.", "004 FAQ 8"),
	NOTE("Airplane mode, low-battery mode and no network do not matter.", "004 FAQ 8"),
	NOTE("A watch without power does not work.", "004 FAQ 8"),
	HINT("Longer than 5 h: use the fob. If that is dead too: minikey guide emergency-open.",
	     "003; 004 FAQ 8"),
};

static const struct advice phone[] = {
	NOTE("Some models of iPhone, Google Pixel and Samsung Galaxy are supported; MINI's pages list "
	     "them.", "004 FAQ 2"),
	NOTE("Keep the app, the wallet and the phone's app store up to date, or keys can be neither "
	     "used nor shared.", "004 FAQ 2"),
	NOTE("It depends on phone, network provider and country.", "004 FAQ 2"),
	HINT("The phone does not pair: switch the car to accessory mode. It is refused while the "
	     "engine runs.", "004 FAQ 11"),
};

static const struct advice profile[] = {
	NOTE("A digital key can be linked to a driver profile, as a fob can.", "004 FAQ 3"),
	NOTE("Each profile links to one device only.", "004 FAQ 3"),
};

#define PART(id_, title_, advice_)                                              \
	{ .id = (id_), .title = (title_), .cars = CARS,           \
	  .for_cars = IN_WORDS, .grade = GRADE_DOCUMENTED, .source = "004",     \
	  .advice = (advice_), .n = ARRAY_SIZE(advice_), .way = true }

/* The first is what `guide digital-key` shows. */
static const struct section parts[] = {
	PART("overview", "what it is", overview),
	PART("setup", "setting up the main key", setup),
	PART("activate", "activating by e-mail or in the car", activate),
	PART("use", "unlocking, locking, starting", use),
	PART("secure", "asking for face, finger or PIN", secure),
	PART("share", "sharing a key", share),
	PART("restrictions", "restricting a shared key", restrictions),
	PART("activation-code", "the activation code", code),
	PART("revoke", "taking back a shared key", revoke),
	PART("delete", "deleting the main key", delete),
	PART("new-phone", "a new phone", new_phone),
	PART("lost-phone", "a lost or stolen phone", lost_phone),
	PART("smartwatch", "a watch as key", watch),
	PART("service-card", "the service card", card),
	PART("valet", "somebody else parks the car", valet),
	PART("no-power", "the phone has no power", no_power),
	PART("phone", "what the phone needs", phone),
	PART("profile", "driver profiles", profile),
};

static const struct advice other_cars[] = {
	NOTE("Digital Key is for cars with Operating System 9: J01, J05, U25, F65, F66 and F67.",
	     "004 FAQ 1"),
	{ .kind = ADVICE_NOTE, .grade = GRADE_CLAIMED,
	  .text = "Of older cars the sources know fobs only: minikey guide fob --car CAR.",
	  .source = "004; can.md 8" },
};

static const struct section none = {
	.id = "other-cars",
	.title = "not for this car",
	.for_cars = "cars without Operating System 9",
	.grade = GRADE_DOCUMENTED,
	.source = "004 FAQ 1",
	.advice = other_cars,
	.n = ARRAY_SIZE(other_cars),
};

const struct topic topic_digital_key = {
	.id = "digital-key",
	.title = "Digital Key",
	.sections = parts,
	.n = ARRAY_SIZE(parts),
	.parts = true,
	.none = &none,
};
