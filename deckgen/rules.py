"""What each rule is about: the text of `check --explain`."""

from textwrap import dedent


def _manuals(text: str) -> dict[str, str]:
    """Read manuals from text: a rule's name at the left edge, its manual indented below it."""
    manuals: dict[str, str] = {}
    for entry in dedent(text).strip().split("\n\n"):
        rule, _, manual = entry.partition("\n")
        manuals[rule] = dedent(manual)
    return manuals


RULES: dict[str, str] = _manuals("""
alias
    YAML reads a text that begins with '*' as a reference to another place in the file. Card
    files do without such references, so that every item can be read, moved and copied on its
    own. Put the text in quotes; if a reference was meant, write the value out again.
      bad:   q: *What* was signed?
      good:  q: "*What* was signed?"

ambiguous-identity
    An item without an id is known by its text. This one was edited, and two earlier items are
    equally near; a wrong guess would give students the progress of another card. Give the item
    an id, or undo the edit, build, and edit again one item at a time.
      good:  - id: normandy-format
               q: Which four states make up the Normandy Format?

anchor
    YAML reads '&' at the beginning of a text as a name for what follows. Card files do without.
    Put the text in quotes; if a name was meant, take it out.
      bad:   a: & Japan
      good:  a: "& Japan"

bad-cell
    A cell of a table does not say what its item should: it holds a formula, an error such as
    #NAME?, a date that may be two, or stands below no heading. Nothing is guessed. Write the text
    there, in a workbook with an apostrophe in front, or make the edit in the card file.
      bad:   =1+1     #REF!     03/04/2021
      good:  2021-04-03

bad-change
    What an edition says of an item of the original cannot be done: nothing can be added to or
    taken from this field, what is to be taken away is not there, or the item needs it.
      good:  changes:
               founding-act:
                 significance: Said in other words.   (instead of the original's)
                 note+: Discussed in week 3.          (besides it)
                 tags-: [detail]                      (without these)
                 remove: [place]                      (without the field)

bad-colour
    Colours of an edition are written as on the web, in quotes, since YAML takes '#' for a comment.
      bad:   accent: #1c6b3a
      good:  accent: "#1c6b3a"

bad-date
    A date is a day, month, year, decade, century or range that exists. deckgen never guesses,
    since a wrong date would be learnt as a right one.
      bad:   date: 2021-02-30
      good:  date: 2021-12-17      17 December 2021      May 1997      1997      1990s
             date: c. 1500         1914–1918             44 BC         19th century

bad-deck
    '::' separates the levels of a deck's name, and Anki renames a deck with an empty level.
      bad:   deck: "Ukraine::"
      good:  deck: Ukraine::Minsk II

bad-id
    An id is for machines: it names the item in the lock, and its note in every student's
    collection. So it has lower-case letters a–z, digits and single hyphens, and once published
    never changes.
      bad:   id: Draft Treaties
      good:  id: draft-treaties

bad-kind
    A file in kinds/ that defines a kind of item, and does not say what is needed: fields with
    what they take, the first of them required (Anki lists a note by it), and cards with front
    and back, or one field that takes a sentence. Compare with the built-in kinds.

bad-number
    'max' is the greatest number of gaps to choose in a key sentence: a whole number from 1 to
    99.
      good:  cloze: {max: 2}

bad-original
    The project that an edition is made from cannot be taken: it is not there, has errors, is the
    edition itself or is made from it, or its archive is not safe to read. 'from' is a path from
    the folder of the edition's deck.yaml to a project folder, or to an archive of one.
      good:  from: ../russia-japan-west
             from: ../russia-japan-west.zip/cards

bad-selection
    'keep', 'drop', 'without' and 'decks' name what the original has. A selection is made of ids
    and of 'kind:', 'deck:', 'tag:' and 'source:', with 'and', 'or', 'not' and parentheses;
    names with spaces stand in quotes, and '*' stands for any letters.
      good:  keep: deck:"Minsk II" or tag:core
             drop: [founding-act, kind:positions and not tag:core]
             without: {questions: [reverse, type]}

bad-table
    A table cannot be taken as it is: it is no CSV or .xlsx, a row stands there twice, an id was
    changed, or columns were sorted without the others. Each row is known by its id and by what
    stands in 'as exported'. Undo that in the spreadsheet, or export the table again.

bad-tag
    Anki separates tags by spaces, so a tag with a space would become two; '::' separates the
    levels of a tree of tags, none of which may be empty.
      bad:   tags: far east
      good:  tags: [far-east, period::2014-2015]

bad-template
    A card of an author's own kind, with a front or back that Anki would refuse or that can
    never make a card: it names no field of the kind, or a {{#Field}} is not closed by
    {{/Field}}. Names are those that Anki shows: 'Known for', not 'known-for'.
      good:  front: '{{#Role}}Who is {{Name}}?{{/Role}}'

card-retired
    Students have a card that the item makes no more, such as a gap that was taken out. It cannot be
    taken back, so it will say that it is retired, and students suspend it. Put back what made it,
    unless that was meant.

clashing-media
    Windows and macOS take file names that differ only in capitals for one file, so one of the
    two would be lost there. Rename one, and the items that refer to it.

clashing-original
    The edition and the original call two things by one name: a kind, a source or a file in
    media/. Call the edition's own something else; to change an item's picture, say so under
    'changes'.

cloze-number
    Gaps are numbered from 1 to 499, and gaps with one number are asked on one card. Anki makes
    no card of its own for any other number.
      bad:   text: "{{c0::NATO}} and Russia signed."
      good:  text: "{{c1::NATO}} and Russia signed."

cloze-number-taken
    A gap has the number that another piece of the sentence had when it was published, so students'
    reviews of the one would count for the other. Write a number that was never used; the message
    names one.
      bad:   {{c1::NATO}} and Russia signed.      (published as {{c1::Russia}})
      good:  {{c2::NATO}} and Russia signed.

cloze-renumbered
    A gap had another number when it was published. Anki keeps reviews by the number, so they would
    count for another gap. Write the number that the message names, or leave numbers to deckgen.
      good:  ==NATO== and ==Russia== signed.

damaged-lock
    The lock remembers which note is which and when it last changed. Without it, students who
    import the next release would lose progress, so nothing is built on a lock that cannot be
    read. Restore the file: git checkout -- deckgen.lock

drifted
    An edition says a field in other words than the original, and the original has changed that
    field since. Compare the two: if the edition's words are right still, 'deckgen edition accept'
    remembers that; if not, change them, or take the change out. Until then, students who get
    both have whichever is later.

dropped-and-changed
    An edition changes an item that its selection leaves out, so the change does nothing. Take one
    of the two out.

duplicate-change
    Two changes of one item, in one file or in two; only one of them could hold. Say everything
    about an item in one place.

duplicate-id
    Two items have one id, and an id is what a student's progress hangs on. Give one of them
    another: the newer, since the older may be in students' collections already.

duplicate-item
    Two items without an id say the same, so they cannot be told apart, and students would see
    one card twice. Keep one; if both are meant, give them ids.

duplicate-key
    A key stands twice in one item (or file), and only one value can be meant. Often the '- ' of
    a new item was forgotten.
      bad:   - q: Who?              good:  - q: Who?
               a: Genscher                   a: Genscher
               q: When?                    - q: When?
               a: "1990"                     a: "1990"

duplicate-kind
    Two files in kinds/ have the same 'section', the key under which items of a kind are
    written, so nobody could say which of the two is meant. Give one of them another section.

edit-not-written
    An edit in a table is put into the card file so that nothing else in it changes. Here that
    cannot be done, because of brackets with comments in them or the like. Make the edit by hand.

empty-file
    A card file without items: forgotten, not yet written, or emptied by accident. Write items
    into it, or take the file out.

empty-gap
    A gap with nothing in it asks for nothing.
      bad:   text: NATO and {{c1::}} signed.
      good:  text: NATO and {{c1::Russia}} signed.

empty-media
    The file has no bytes, so a card would show a broken picture or play silence. Copying it was
    probably interrupted: copy it again.

empty-value
    A key without a value. Write the value after the colon and a space, or take the key out. A
    text that begins with '#' needs quotes, because YAML takes it for a comment.
      bad:   a: #1 of three
      good:  a: "#1 of three"

escape
    In "…" a backslash begins an escape, such as \\n for a new line, and this one is not known.
    In '…', and without quotes, a backslash is a backslash, as TeX needs it.
      bad:   a: "\\(x^2\\)"
      good:  a: '\\(x^2\\)'

file-name
    Only files that end in .yaml are read as card files, so what is in this one would be missing
    from the deck. Rename it; nothing else changes.

frozen-lock
    With --frozen the lock may not change, and this build would change it: somebody edited cards
    and did not commit the lock. Nor may it change with 'export update', because whatever reaches
    students must be in the lock. Run 'deckgen build', and commit deckgen.lock with the cards.

frozen-note-type
    Students have notes of this type. Anki makes a second type when a field or card of it is
    taken out or exchanged, and never again updates the notes of the first. Put the field or
    card back and leave it empty; new ones are welcome as long as spare ones are left.

gap-cuts-markdown
    A gap begins inside emphasis, code or a link and ends outside, so neither would be whole.
      bad:   text: The **Founding ==Act** of 1997== is short.
      good:  text: The ==**Founding Act** of 1997== is short.

id-changed
    An item has another id than in the last build, and nothing else about it has changed. It is taken
    for the same, so students keep their progress. Had it been edited too, they would not: so leave
    an id as it is, even one that is misspelt.

id-moved
    An item has the id that another had in the last build, so students' reviews of that other one
    would count for it. Ids name one fact for ever. Give each item its own id back.

id-not-written
    'deckgen ids' puts an id before the first key of an item, and only where the file then says
    the same, and where the lock will know the note. Text in square brackets that is an item needs
    braces. For the rest: build first, or write an id that students may meet as new.
      bad:   sentences: [text: NATO and Russia signed.]
      good:  sentences: [{id: signed, text: NATO and Russia signed.}]

id-retired
    An item was taken out and its students were told so, and now another has its id, so that their
    reviews would count for something else. Give the new item an id of its own. The old item itself
    may come back, with nothing changed. If the build that took it out was never published, restore
    the lock of before: git checkout -- deckgen.lock

indentation
    YAML tells by the spaces at the beginning of a line what belongs together: the keys of one
    item stand exactly below one another, so do the '-' of one list, and the lines of a text
    deeper than its key.
      bad:   - date: 2014          good:  - date: 2014
              event: Annexation             event: Annexation

key-not-text
    A bracket or brace stands where a key should. In a text, such as a sentence that begins with
    a gap, it needs quotes.
      bad:   text: {{c1::NATO}} and Russia signed.
      good:  text: "{{c1::NATO}} and Russia signed."

kind-changed
    The item has moved to another kind and kept its id. Anki never turns a note into one of another
    type, so students would never get the change. Move it back, or give it another id: students then
    get a new note, and the old one is retired.

malformed-cloze
    Something looks like a gap and is none, so students would see the braces. A gap is ==text==,
    or {{c1::text}}, or {{c1::text::hint}}: small c, one number, two colons, no spaces before
    the text.
      bad:   {{c1: Paris}}   {{C1::Paris}}   {{ c1::Paris}}   {{c1,2::Paris}}
      good:  {{c1::Paris}}

marks-and-wishes
    A sentence with marks gets exactly those gaps, so what 'cloze' says about it has no effect.
    Take out the marks, or 'cloze'.
      bad:   - text: The ==OSCE== met.      good:  - text: The OSCE met.
               cloze: {must: [OSCE]}                 cloze: {must: [OSCE]}

matched-by-text
    An item without an id was edited. It is taken for the earlier item whose text is nearest, so
    students keep their progress on it. If that is wrong, give the item an id of its own; with
    an id there is never anything to guess.

media-outside
    Pictures and sounds lie in media/ inside the project, so that whoever has the project has
    them all. Put the file there, and write its path below media/, with '/'.
      bad:   image: ../pictures/signing.jpg
      good:  image: signing.jpg

merge-key
    '<<' copies keys from elsewhere in YAML. Card files do without, so that every item can be
    read on its own. Write the keys out; what a whole file shares (source, tags) can stand at
    its top.

merged-lock
    Two branches of the project were merged, and both changed the lock. What they remember is put
    together, also where git has left its marks. Where both gave one number to two gaps, or one key
    to two notes, only you know which of them students have: keep that branch's line, and build.

misplaced-dash
    '- ' begins an item of a list. A list stands below its key, each item on a line of its own,
    with a hyphen and a space before it.
      bad:   dates: - date: 2014     good:  dates:
                                              - date: 2014

missing-media
    The file is not in media/, so the card would show a broken picture or play nothing. Put it
    there, or mend its name; capitals and the ending count.
      bad:   image: Signing.JPG     (the file is media/signing.jpg)
      good:  image: signing.jpg

missing-value
    An item lacks what its kind cannot do without, such as the answer of a question. Add the key
    with its value; 'deckgen schema' tells editors which keys there are.

no-cards
    The item makes no card, so nobody would ever see it: every card needs a value that is not
    there. Add one of those named. To keep the item for later, write 'ask: []'.

no-colon
    A line is neither a key with its colon nor part of the text above it. After a key come a
    colon and a space; a text that goes on is indented deeper than its key.
      bad:   q: Which four states           good:  q: Which four states
             make up the format?                     make up the format?

no-gap
    Nothing in the sentence can be asked: it has no name, no date, no figure and no term that does
    not also stand elsewhere in it. Say more, or mark what is to be asked.
      bad:   text: It was so.
      good:  text: NATO and Russia signed the ==Founding Act== in 1997.

no-id
    A row of a table is known by its id when it comes back, whatever was edited in it. 'deckgen
    ids' writes one into every item that has none, and changes nothing else.

no-items
    The folder has a manifest and nothing to learn. Write items into a file that ends in .yaml.
      good:  questions:
               - q: Which four states make up the Normandy Format?
                 a: Germany, France, Russia and Ukraine

no-longer-unique
    A card that students have asks a question which now has two answers, because another item got
    the same date or answer. It is kept for the sake of their reviews. Say in one of the items what
    sets it apart, such as the month.

no-manifest
    A project folder is one that has a deck.yaml, with the deck's id and its name in Anki. If
    you meant another folder, name it: deckgen build FOLDER. To begin anew: deckgen new DIR
      good:  id: russia-japan-west
             name: Russia, Japan and the West

no-original
    This key is about the project that an edition is made from, and deck.yaml has no 'from'.
      good:  from: ../russia-japan-west

no-sentence
    'cloze' says what a key sentence hides, and this item has no sentence.
      good:  sentence: NATO and Russia signed the Founding Act in Paris.
             cloze: {never: Paris}

no-space-after-colon
    YAML knows a key by the colon and the space after it; without the space the line is text.
      bad:   a:Germany
      good:  a: Germany

not-in-table
    Items of the project are not in the table that was imported. They may be newer than it, or
    their rows were deleted. No item is ever deleted by a table: take it out in its card file.

not-retired
    A reason is given for an item that was taken out, and it still stands in a file, or was never
    built. Take one of the two out, or mend the id.
      good:  retired:
               normandy-format: Asked better in normandy-members.

not-unique
    A card was asked for whose question has two answers: another item has the same date, or
    answer. It is not made, since a student could only guess which is meant. Make the items
    differ, or take the card out of 'ask'.

not-utf8
    The file is stored in another encoding, and would show ä, — or 日 as something else. Save it
    as UTF-8: in most editors under "Save with encoding", in spreadsheets on export.

outdated-lock
    The package that would be replaced was built with a later lock than this one, or there is no lock
    at all. Perhaps an old one was restored, or it was lost. Built on it, the next release could ask
    other things under numbers that students have. Restore the latest lock from version control,
    make it anew from the last package (deckgen relock PACKAGE), or, if nobody has that package,
    delete it.

remote-media
    The reference leads to a network, and Anki shows cards where there is none. Download the
    file into media/ (if its licence allows), and write its name.

several-documents
    '---' begins a second document in one file, and a card file is one. Take the line out, or
    put what follows it into a file of its own.

special-character
    Some characters mean something to YAML at the beginning of a text: * & ! % @ ` | > [ ] { } ,
    ? Put the whole text in quotes.
      bad:   q: [sic] was added by whom?
      good:  q: "[sic] was added by whom?"

spreadsheet-habit
    A spreadsheet takes text for dates, numbers or truth values, and writes it otherwise: 2014-03-18
    becomes 18.03.2014, 1.10 becomes 1.1. The project's text is kept where the cell may be such a
    rewriting of it. If it is an edit all the same, make it in the card file. Workbooks from 'deckgen
    export table --format xlsx' have cells of text, which spreadsheets leave alone.

tab
    YAML is indented with spaces, since a tab is as wide as each editor likes. Set your editor
    to insert spaces when you press Tab, and replace those that are there.

table-conflict
    A cell was edited in the table, and its value in the project since the table was exported. Only
    you know which shall stand: write it into the card file, and the same into the cell.

table-encoding
    A CSV file is not UTF-8, so signs that its encoding lacks were lost when it was saved. What may
    have lost some is kept as the project has it. Save as 'CSV UTF-8' or as .xlsx.

tag
    YAML reads '!' at the beginning of a text as the name of a type. Card files do without:
    every value is text. Put the text in quotes.
      bad:   a: !Ура
      good:  a: "!Ура"

text-after-end
    The file has ended, by '...' or because its first line is text and no key, and more follows.
    Take that line out.

text-after-quote
    A text that begins with a quote ends at the next one, and here more follows. Put the whole
    text in quotes of the other sort; inside '…' an apostrophe is written twice.
      bad:   q: "Founding Act" of what year?
      good:  q: '"Founding Act" of what year?'

too-deep
    A card file has five levels at most. Look for stray brackets, or lists that are indented
    more and more.

too-long
    A card cannot hold so long a text, and nobody could learn it. Often a quote was never
    closed, or a whole document was pasted in.

unbuilt-edit
    An item without an id is known by the text it had at the last build, and this one has another.
    'deckgen build' matches the two, and says so. After it an id can take over; before it, the item
    might become a new note, and students would begin with it anew.

unbuilt-original
    The original was edited after its last build. The gaps and cards of such a version may still
    get other numbers, so students who change between it and the edition could lose progress.
    Build the original; if it is somebody else's, take it as it was released.

unclosed
    A text that begins with a quote, or a list in brackets, goes on to the end of the file, or
    into what stands below it. Close it where it should end.
      bad:   q: "What is this?
      good:  q: "What is this?"

unclosed-cloze
    A gap that begins and does not end. Write '==' or '}}' behind the text to be hidden.
      bad:   text: Signed in ==Paris on 27 May.
      good:  text: Signed in ==Paris== on 27 May.

unknown-card
    'ask' names the cards that an item makes, and this kind has no such card.
      good:  ask: [forward, reverse]

unknown-key
    A key that has no meaning here: misspelt, or meant for another kind of item. It is an error
    because a misspelt key would be a silent loss.
      bad:   postion: It breaks a promise.
      good:  position: It breaks a promise.

unknown-label
    'labels' gives other words for those that stand on every card of a kind; these stand on none.
      good:  labels: {Question: Frage, "Who agreed on it?": "Wer hat es vereinbart?"}

unknown-original
    The original has no item with this id: it was misspelt, or the original has renamed it or
    taken it out. Only items with an id can be changed.

unknown-rule
    'ignore' names rules of 'check' that do not apply here: those that it prints in brackets, but for
    errors, which cannot be ignored.
      good:  - q: Is the Founding Act a treaty?
               a: No, a political document.
               ignore: [yes-no]

unknown-source
    A source is a key of sources.yaml, with a locator behind it if you like. Add the entry, or
    mend the key.
      good:  source: higashino-2022, p. 3

unneeded-ignore
    'ignore' names a rule that finds nothing here any more, and would hide it if it did one day. Take
    it out.

unquoted-colon
    A colon followed by a space makes a key in YAML, and so is not possible inside a text
    without quotes. Put the whole text in quotes, or write it below a '|'.
      bad:   event: Minsk II: the agreement is signed
      good:  event: "Minsk II: the agreement is signed"
             event: |
               Minsk II: the agreement is signed

unreadable
    The file is there and cannot be read: its permissions forbid it, it is a folder, or it is a
    link that leads nowhere or out of the project. Nothing outside the project is read, so that
    whoever has the project has all of it.

unwanted-character
    The file holds a character that nobody sees and that breaks cards or lines: often it came
    along with text copied from a PDF or a web page. Delete it; an editor that shows invisible
    characters helps.

wish-not-met
    What 'cloze' asks for cannot be done: the words do not stand in the sentence, stand there more
    than once, or show elsewhere in it. Correct the words, or mark the gap in the sentence.
      bad:   - text: NATO met Russia.       good:  - text: The OSCE met.
               cloze: {must: [OSCE]}                 cloze: {must: [OSCE]}

wrong-clock
    Anki takes a note only if it is newer than the one a student has, so the times of changes may
    neither go back nor lie in the future. By the clock of this machine, the lock's do. Set the clock.
    If the lock was built with a wrong one, restore the lock of before.

wrong-media
    Anki cannot show or play files with this ending. Convert the file: pictures to png, jpg, svg
    or webp, sounds to mp3, ogg or opus.

wrong-shape
    A list stands where one text belongs, text where items belong, or the like. Text that begins
    with a bracket needs quotes; every item of a list begins with '- '.
      bad:   questions:             good:  questions:
               q: Who?                       - q: Who?
               a: Genscher                     a: Genscher

yaml
    The file cannot be read as YAML for a reason deckgen has no better words for. If the place
    is in a text, put the whole text in quotes.
""")
