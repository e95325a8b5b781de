def test_pages(world, sign_in):
    from sqlalchemy import select
    line = world.shipped(serial="S1")
    world.packed(line, "BOX1")
    lot = world.shipped(quantity=5)
    ann = sign_in(world.ann)
    for u in ("/home", "/claims", "/shipments", "/shipments/lookup?code=S1", "/shipments/lookup?code=BOX1", "/shipments/lookup?code=nope", "/shipments/lookup?code=%00", f"/shipments/lines/{line.ref}"):
        r = ann.get(u); assert r.status_code == 200, (u, r.text)
    r = ann.post("/claims/drafts", data={"ref": str(line.ref), "serial": "S1", "command_key": "k1"})
    assert r.status_code == 303, r.text
    edit = r.location
    r = ann.get(edit); assert r.status_code == 200, r.text
    open("/tmp/edit.html","w").write(r.text)
    cid = edit.split("/")[2]
    r = ann.post(f"/claims/{cid}/submit", data={"dealer_reference": "A", "command_key": "k2"})
    assert r.status_code == 422, r.text
    f = world.filed(world.shipped())
    r = ann.get(f"/claims/{f.id}"); assert r.status_code == 200, r.text
    open("/tmp/show.html","w").write(r.text)
    cleo = sign_in(world.cleo)
    r = cleo.get(f"/claims/{f.id}"); assert r.status_code == 200, r.text
    ann.get("/home")
