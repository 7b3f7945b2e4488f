import { Inbox, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import {
  Badge,
  Button,
  Card,
  Checkbox,
  Confirm,
  CopyButton,
  Dialog,
  Empty,
  ErrorNote,
  Facts,
  Field,
  IconButton,
  Input,
  Menu,
  MenuItem,
  MenuLine,
  Money,
  Page,
  Select,
  Skeleton,
  Stat,
  Stats,
  Switch,
  Table,
  Tabs,
  TextArea,
  Tokens,
  toast,
  When,
} from "@/ui";

const ROWS = [
  { id: "1", name: "Ada", tokens: 1_234_567, cost: 1_234_567_890, at: 1_780_000_000 },
  { id: "2", name: "Grace", tokens: 42, cost: 4_200, at: 1_770_000_000 },
];

/** Every piece of the design system, for those who build with it; its texts are not the product's. */
export function Gallery() {
  const [open, setOpen] = useState<"dialog" | "confirm" | null>(null);
  const [on, setOn] = useState(true);
  const [tab, setTab] = useState<"one" | "two">("one");
  return (
    <Page title="Gallery" about="Every piece of the design system." actions={<Button look="main">Main</Button>}>
      <Card title="Buttons" about="One main act a page." actions={<Button size="small">Small</Button>}>
        <div className="flex flex-wrap items-center gap-3">
          <Button look="main">Send</Button>
          <Button>Plain</Button>
          <Button look="quiet">Quiet</Button>
          <Button look="bad">Delete</Button>
          <Button busy>Saving</Button>
          <Button disabled>Disabled</Button>
          <IconButton label="Edit">
            <Pencil aria-hidden />
          </IconButton>
          <CopyButton text="copied" />
          <CopyButton worded text="copied" />
          <Button onClick={() => toast.done("Done")}>Toast</Button>
          <Button onClick={() => setOpen("dialog")}>Dialog</Button>
          <Button onClick={() => setOpen("confirm")}>Confirm</Button>
          <Menu trigger={<Button>Menu</Button>}>
            <MenuItem icon={<Pencil aria-hidden />} onSelect={() => {}}>
              Rename
            </MenuItem>
            <MenuLine />
            <MenuItem bad icon={<Trash2 aria-hidden />} onSelect={() => {}}>
              Delete
            </MenuItem>
          </Menu>
        </div>
      </Card>
      <Card title="Fields">
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Name" hint="As others see it.">
            <Input defaultValue="Ada" />
          </Field>
          <Field label="Email" error="There is no @ in it.">
            <Input defaultValue="ada" />
          </Field>
          <Field label="Role">
            <Select>
              <option>Member</option>
            </Select>
          </Field>
          <Field label="Why" optional>
            <TextArea />
          </Field>
          <Switch label="Keep answers" hint="For 30 days." checked={on} onChange={setOn} />
          <Checkbox label="Analysis" checked={on} onChange={setOn} />
        </div>
      </Card>
      <Stats>
        <Stat label="Spent" note="of $20.00">
          <Money nanousd={1_234_567_890} />
        </Stat>
        <Stat label="Tokens">
          <Tokens count={1_234_567} brief />
        </Stat>
      </Stats>
      <Card title="Table" flush>
        <Table
          label="People"
          rows={ROWS}
          rowKey={(row) => row.id}
          columns={[
            { id: "name", title: "Name", cell: (row) => row.name, sort: (row) => row.name },
            {
              id: "tokens",
              title: "Tokens",
              right: true,
              cell: (row) => <Tokens count={row.tokens} />,
              sort: (row) => row.tokens,
            },
            {
              id: "cost",
              title: "Cost",
              right: true,
              cell: (row) => <Money nanousd={row.cost} />,
              sort: (row) => row.cost,
            },
            { id: "at", title: "Last", cell: (row) => <When at={row.at} />, sort: (row) => row.at },
          ]}
        />
      </Card>
      <Card title="States">
        <div className="flex flex-col gap-4">
          <div className="flex gap-2">
            <Badge>plain</Badge>
            <Badge tone="good">open</Badge>
            <Badge tone="bad">refused</Badge>
            <Badge tone="act">new</Badge>
          </div>
          <Skeleton className="w-1/2" />
          <ErrorNote error={new Error("x")} again={() => {}} />
          <Facts
            facts={[
              { term: "Id", is: "proj_123" },
              { term: "Made", is: <When at={1_780_000_000} as="moment" /> },
            ]}
          />
          <Tabs
            label="Views"
            value={tab}
            onChange={setTab}
            tabs={[
              { id: "one", label: "One", content: "First" },
              { id: "two", label: "Two", content: "Second" },
            ]}
          />
          <Empty icon={<Inbox aria-hidden />} title="Nothing yet" action={<Button look="main">Make one</Button>}>
            What would stand here, and why one wants it.
          </Empty>
        </div>
      </Card>
      <Dialog
        open={open === "dialog"}
        onClose={() => setOpen(null)}
        title="A dialog"
        about="One sentence."
        actions={<Button look="main">Save</Button>}
      >
        <Field label="Name">
          <Input />
        </Field>
      </Dialog>
      <Confirm
        open={open === "confirm"}
        onClose={() => setOpen(null)}
        title="Delete “Budget 2026”?"
        verb="Delete"
        typed="Budget 2026"
        act={async () => toast.done("Deleted")}
      >
        Its 12 messages go with it.
      </Confirm>
    </Page>
  );
}
