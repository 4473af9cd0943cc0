from datetime import UTC, datetime, timedelta
from storage import inbox, outbox, decisions, facts, statistics, history
from storage.inbox import Arrived
from states.effects import *
from states.decision import Decision
from states.dialogue import *
C=1
NOW=datetime(2026,11,25,tzinfo=UTC)

async def test_path(db):
    async def a(tx):
        return await inbox.ingest(tx,C,[Arrived("message",5,f"m:{i}","{}",cmid=i,at=NOW) for i in (1,2,4)],ts="7",now=NOW)
    assert await db.run(a)==3
    assert await db.run(a)==0
    w=await db.run(lambda tx: inbox.heads(tx,C,NOW,10))
    assert [x.cmid for x in w]==[1]
    async def k(tx):
        w=await inbox.heads(tx,C,NOW,10)
        await decisions.keep(tx,C,[(w[0],Decision(dialogue=Dialogue(5,consent="h"),effects=(Send(5,"c1","hi",report=True),AnswerButton("e",5,5),StartTimer("x","y",5,NOW))))],NOW)
    await db.run(k)
    assert await db.run(lambda tx: inbox.consented(tx,C,[5,6],"h"))=={5}
    t=await db.run(lambda tx: outbox.take(tx,C,"w",NOW,25))
    assert sorted(x.kind for x in t)==["button","screen"]
    s=[x for x in t if x.kind=="screen"][0]
    assert await db.run(lambda tx: outbox.sent(tx,C,s.id,3,NOW))
    g=await db.run(lambda tx: history.gaps(tx,C,5)); print(g)
    print(await db.run(lambda tx: statistics.identity(tx,C)))
    w=await db.run(lambda tx: inbox.heads(tx,C,NOW,10)); print(w)
