import { Users } from "lucide-react";
import { expect, test } from "vitest";
import type { Me } from "@/api/schema";
import type { NavItem } from "./area";
import { enters, roomOf } from "./rooms";

const item = (to: string): NavItem => ({ to, label: to, icon: Users, section: "run", needs: [], order: 1 });
const items = [item("/admin/models"), item("/admin/mod"), item("/awarding/awards"), item("/awarding")];

test("the longest path that the address begins with, by whole words", () => {
  expect(roomOf("/admin/models", items)?.to).toBe("/admin/models");
  expect(roomOf("/admin/models/x", items)?.to).toBe("/admin/models");
  expect(roomOf("/awarding/awards/1", items)?.to).toBe("/awarding/awards");
  expect(roomOf("/awarding/calls", items)?.to).toBe("/awarding");
  expect(roomOf("/admin/modelling", items)).toBeUndefined();
});

test("who leads a project enters where that is enough, and nowhere else", () => {
  const leads = { permissions: ["members.read"], projects: [{ permissions: ["usage.read"] }] } as Me;
  const room = { ...item("/admin/dashboard"), needs: ["usage.read"] };
  expect(enters(leads, { ...room, inProject: true })).toBe(true);
  expect(enters(leads, room)).toBe(false);
  expect(enters({ ...leads, projects: [] }, { ...room, inProject: true })).toBe(false);
  expect(enters({ ...leads, permissions: ["usage.read"] }, room)).toBe(true);
});
