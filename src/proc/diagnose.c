/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/util.h"
#include "proc/diagnose.h"

#define TWO (1u << FOB_KIND_2_BUTTON)
#define THREE (1u << FOB_KIND_3_BUTTON)
#define ROUND (1u << FOB_KIND_ROUND)
#define NO_SLOT (1u << FOB_KIND_NO_SLOT)

/* Those that the page on emergency opening is for. */
#define WITH_BLADE \
	"r50 r52 r53 r55 r56 r57 r58 r59 r60 r61 f54 f55 f56 f57 f60 u25 f65 f66 f67"

static const struct symptom all_symptoms[] = {
	{ "none-works", "no fob locks or unlocks the car" },
	{ "one-dead", "one fob does not work, another does" },
	{ "other-stopped", "one fob was initialised, and then another stopped" },
	{ "failed", "an initialisation was tried and did not work" },
	{ "sometimes", "a fob works only sometimes" },
	{ "battery", "a fob's battery is flat, or was replaced" },
	{ "car-battery", "the car's battery was off, and the fobs stopped" },
	{ "mirror", "the inside mirror was replaced, and the fobs stopped" },
	{ "settings", "the car's settings differ from fob to fob" },
	{ "new-key", "a new key or fob is to be taught" },
	{ "one-fob", "there is only one fob" },
	{ "used-fob", "a used fob, or its insides, is to be taught" },
	{ "stored", "the car is stored: how do the fobs stay charged?" },
	{ "no-start", "the doors open, but the engine does not start" },
	{ "locked-out", "the car has to be opened now" },
};

const struct symptom *symptoms(size_t *n)
{
	*n = ARRAY_SIZE(all_symptoms);

	return all_symptoms;
}

const struct symptom *symptom_find(const char *id)
{
	for (size_t i = 0; i < ARRAY_SIZE(all_symptoms); i++)
		if (!strcmp(all_symptoms[i].id, id))
			return &all_symptoms[i];

	return NULL;
}

/* Symptoms of a fob that does not reach the car, those first that are cheap to help. */
#define DEAD "none-works one-dead sometimes battery car-battery failed"
/* Where initialising is an answer: a fob that the car knew, and one that it does not know. */
#define RESTORE DEAD " mirror"
#define TEACH "other-stopped one-fob new-key"
#define UNLEARNED RESTORE " " TEACH

/* The order is that in which things are shown: cheap and likely first. */
static const struct remedy remedies[] = {
	/* ---- to be tried ---- */
	{ .kind = REMEDY_TRY, .grade = GRADE_CLAIMED, .symptoms = "locked-out",
	  .cars = WITH_BLADE, .text = "Open the driver's door with the blade.", .source = "003",
	  .see = "guide emergency-open" },
	{ .kind = REMEDY_TRY, .grade = GRADE_CLAIMED, .symptoms = DEAD, .fob_kinds = TWO,
	  .text = "Put a new CR2032 into the fob. The old one may be out for 5 minutes at most, one "
		  "owner says: have the new one ready.", .source = "002" },
	{ .kind = REMEDY_TRY, .grade = GRADE_DOCUMENTED, .symptoms = DEAD " stored",
	  .fob_kinds = THREE, .text = "Charge the fob: it charges while its key is in the ignition "
		  "lock, from the first position on.", .source = "kbus.md 7.3" },
	{ .kind = REMEDY_TRY, .grade = GRADE_DOCUMENTED, .symptoms = DEAD " stored",
	  .fob_kinds = ROUND, .text = "Standard fob: charge it in its slot, by driving; each one at "
		  "least twice a year. With Comfort Access: replace its battery.",
	  .source = "can.md 8" },
	{ .kind = REMEDY_TRY, .grade = GRADE_CLAIMED, .symptoms = DEAD " stored",
	  .fob_kinds = NO_SLOT, .text = "Replace the fob's battery.", .source = "can.md 8" },
	{ .kind = REMEDY_TRY, .grade = GRADE_DOCUMENTED, .symptoms = "none-works battery no-start",
	  .cars = "f54 f55 f56 f57 f60", .text = "To start with a flat fob: hold it against the marked "
		  "place of the steering column, and press START/STOP.", .source = "can.md 8" },
	{ .kind = REMEDY_TRY, .grade = GRADE_DOCUMENTED, .symptoms = RESTORE, .procedures = true },
	{ .kind = REMEDY_TRY, .grade = GRADE_DOCUMENTED, .symptoms = TEACH, .fob_kinds = THREE,
	  .procedures = true },
	{ .kind = REMEDY_TRY, .grade = GRADE_CLAIMED, .symptoms = UNLEARNED, .fob_kinds = THREE,
	  .text = "Again, two or three times: the timing is hard to hit.", .source = "001",
	  .see = "guide fob --coach" },
	{ .kind = REMEDY_TRY, .grade = GRADE_CLAIMED, .symptoms = UNLEARNED, .fob_kinds = THREE,
	  .text = "Hold the fob near the inside mirror right after the presses: the receiver sits "
		  "there.", .source = "000 4.5" },

	/* ---- to know ---- */
	{ .kind = REMEDY_KNOW, .grade = GRADE_DOCUMENTED, .symptoms = UNLEARNED, .fob_kinds = THREE,
	  .text = "Have all fobs at hand and do them in one go: one that takes no part stops working, "
		  "also if it worked before.", .source = "001; kbus.md 7.1" },
	{ .kind = REMEDY_KNOW, .grade = GRADE_CLAIMED, .symptoms = "other-stopped", .fob_kinds = THREE,
	  .text = "The fob that stopped was forgotten when the other one was initialised alone, as "
		  "the owner of a 2004 Cooper S found.", .source = "001" },
	{ .kind = REMEDY_KNOW, .grade = GRADE_CLAIMED, .symptoms = "car-battery",
	  .fob_kinds = TWO | THREE, .text = "Initialising helped the owner of a 2007 convertible after "
		  "a new car battery; the owner of a 2005 R53 had no luck.", .source = "002" },
	{ .kind = REMEDY_KNOW, .grade = GRADE_CLAIMED, .symptoms = "mirror",
	  .fob_kinds = TWO | THREE, .text = "A replaced mirror has a receiver of its own, to which the fobs are strangers. The "
		  "one owner who told of it had no luck with any procedure.", .source = "002" },
	{ .kind = REMEDY_KNOW, .grade = GRADE_CLAIMED, .symptoms = "sometimes settings",
	  .text = "One owner found that the car keeps settings for each fob, and others without one. "
		  "That each fob has a memory of its own is inferred.", .source = "002" },
	{ .kind = REMEDY_KNOW, .grade = GRADE_CLAIMED, .symptoms = "sometimes", .fob_kinds = THREE,
	  .text = "A weak battery can make a fob work for a while and then lose step, one owner "
		  "supposes.", .source = "002" },
	{ .kind = REMEDY_KNOW, .grade = GRADE_CLAIMED, .symptoms = "stored battery",
	  .fob_kinds = THREE, .text = "Its battery is soldered in. Swap the keys every month, so that "
		  "each is charged. How long charging takes, no source says.", .source = "002" },
	{ .kind = REMEDY_KNOW, .grade = GRADE_CLAIMED, .symptoms = "new-key", .fob_kinds = THREE,
	  .text = "Sources differ on new fobs: one page says that initialising works perfectly with "
		  "them, another that it is not for replacement keys.", .source = "001; 000" },
	{ .kind = REMEDY_KNOW, .grade = GRADE_CLAIMED, .symptoms = "new-key one-fob used-fob no-start",
	  .text = "A fob and the transponder in the key are two things. No procedure for owners pairs "
		  "the transponder, without which the engine does not start.", .source = "000" },
	{ .kind = REMEDY_KNOW, .grade = GRADE_CLAIMED, .symptoms = "used-fob",
	  .text = "Whether a car learns a used fob or its insides, no source says; one owner asked and "
		  "had no answer.", .source = "002" },
	{ .kind = REMEDY_KNOW, .grade = GRADE_CLAIMED, .symptoms = "one-fob",
	  .text = "One fob alone can be initialised. A spare key without a fob is much cheaper than one "
		  "with it.", .source = "002", .fob_kinds = THREE },
	{ .kind = REMEDY_KNOW, .grade = GRADE_DOCUMENTED, .symptoms = "none-works battery",
	  .text = "A phone can be a key of this car.", .source = "004",
	  .cars = "j01 j05 u25 f65 f66 f67", .see = "guide digital-key" },
	{ .kind = REMEDY_KNOW, .grade = GRADE_CLAIMED, .symptoms = "battery failed",
	  .fob_kinds = ROUND, .text = "Some say that these fobs must be programmed after a new battery. "
		  "No manual says so.", .source = "can.md 8" },
	{ .kind = REMEDY_KNOW, .grade = GRADE_CLAIMED, .symptoms = "none-works one-dead battery",
	  .cars = WITH_BLADE, .text = "Until it works, the blade opens the driver's door.", .source = "003",
	  .see = "guide emergency-open" },

	{ .kind = REMEDY_KNOW, .grade = GRADE_CLAIMED, .symptoms = "locked-out none-works",
	  .cars = "j01 j05", .text = "The page on opening with the blade does not name this car; what "
		  "else there is:", .source = "003", .see = "guide emergency-open" },
	{ .kind = REMEDY_KNOW, .grade = GRADE_CLAIMED, .symptoms = "stored", .fob_kinds = TWO,
	  .text = "This fob is not charged in the car: its battery is a CR2032.", .source = "002" },

	/* ---- when a workshop is needed ---- */
	{ .kind = REMEDY_WORKSHOP, .grade = GRADE_CLAIMED, .symptoms = UNLEARNED,
	  .fob_kinds = THREE, .text = "When several tries with all fobs failed: the receiver may "
		  "have a fault.", .source = "001; 000" },
	{ .kind = REMEDY_WORKSHOP, .grade = GRADE_DOCUMENTED,
	  .symptoms = UNLEARNED " used-fob", .fob_kinds = TWO,
	  .text = "To teach this fob to the car needs the dealer's tester.", .source = "kbus.md 7.2" },
	{ .kind = REMEDY_WORKSHOP, .grade = GRADE_DOCUMENTED, .symptoms = UNLEARNED " used-fob",
	  .fob_kinds = ROUND | NO_SLOT, .text = "When a fresh battery does not help, and for any new "
		  "fob: no public source has a documented procedure.",
	  .source = "can.md 8; can.md 9" },
	{ .kind = REMEDY_WORKSHOP, .grade = GRADE_CLAIMED, .symptoms = "new-key one-fob used-fob",
	  .text = "For a key that starts the engine: the dealer orders it by the car's papers.",
	  .source = "000; 002" },
	{ .kind = REMEDY_WORKSHOP, .grade = GRADE_CLAIMED, .symptoms = "no-start",
	  .text = "The transponder of a key, and what reads it, are the dealer's business.", .source = "000" },
	{ .kind = REMEDY_WORKSHOP, .grade = GRADE_CLAIMED, .symptoms = "settings",
	  .text = "No source has a remedy.", .source = "002" },
};

enum diagnosis_question diagnosis_missing(const struct guide_car *car, const struct symptom *symptom)
{
	if (!car->model)
		return DIAGNOSIS_CAR;
	if (!car->fob && !fob_kind_of(car->model, car->built))
		return DIAGNOSIS_FOB;

	return symptom ? DIAGNOSIS_READY : DIAGNOSIS_SYMPTOM;
}

static bool is_for(const struct remedy *r, const struct diagnosis *d)
{
	return id_listed(r->symptoms, d->symptom->id) && id_listed(r->cars, d->car.model->id) &&
	       (!r->fob_kinds || r->fob_kinds & 1u << d->car.fob);
}

static void add(struct diagnosis *d, const struct remedy *r, const struct procedure *p)
{
	if (d->n_remedies == DIAGNOSIS_MAX)
		return;
	d->remedies[d->n_remedies].remedy = r;
	d->remedies[d->n_remedies++].procedure = p;
	d->can_try |= r->kind == REMEDY_TRY;
}

static void judge_procedures(struct diagnosis *d)
{
	const struct guide_car *car = &d->car;

	for (size_t i = 0; procedures[i]; i++) {
		const char *why = NULL;

		d->any_procedure |= procedure_applies(procedures[i], car->model, car->built,
						      car->fob, &why);
		d->procedures[d->n_procedures].procedure = procedures[i];
		d->procedures[d->n_procedures++].why_not = why;
	}
}

void diagnose(struct diagnosis *d, const struct guide_car *car, const struct symptom *symptom)
{
	const struct procedure *list[PROCEDURES_MAX];
	size_t n;

	*d = (struct diagnosis){ .car = *car, .symptom = symptom };
	if (!d->car.fob)
		d->car.fob = fob_kind_of(car->model, car->built);
	judge_procedures(d);
	n = guide_procedures(&d->car, list);
	for (size_t i = 0; i < ARRAY_SIZE(remedies); i++) {
		if (!is_for(&remedies[i], d))
			continue;
		if (!remedies[i].procedures)
			add(d, &remedies[i], NULL);
		for (size_t k = 0; remedies[i].procedures && k < n; k++)
			add(d, &remedies[i], list[k]);
	}
}

bool diagnosis_cites(const struct diagnosis *d, const struct document *document)
{
	for (size_t i = 0; i < d->n_procedures; i++)
		if (d->procedures[i].why_not && document_cited(document, d->procedures[i].why_not))
			return true;
	for (size_t i = 0; i < d->n_remedies; i++) {
		const struct procedure *p = d->remedies[i].procedure;

		if (document_cited(document, p ? p->source : d->remedies[i].remedy->source))
			return true;
	}

	return false;
}
