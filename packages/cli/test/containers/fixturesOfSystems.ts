/** Fixtures of runtimes that run whole systems, and of containers whose users choose their names. */
import { type Fixture, id, json, none, v1, v2 } from "./fixture.js"
import type { FakeFiles } from "./machine.js"

/** The settings of a container of LXC, and what makes its root a directory. */
const lxc = (name: string): FakeFiles => ({
  [`/var/lib/lxc/${name}/config`]: `lxc.uts.name = ${name}\nlxc.rootfs.path = dir:/var/lib/lxc/${name}/rootfs\n`,
  [`/var/lib/lxc/${name}/rootfs/x`]: ""
})

/** The state of a container of crun. */
const crun = (values: { readonly [name: string]: unknown }): string =>
  json({ pid: 7, "process-start-time": 700, bundle: "/srv/bundle", ...values })

export const systems: ReadonlyArray<Fixture> = [
  {
    what: "LXC",
    cgroup: v2("/lxc.payload.web/system.slice/cron.service"),
    files: lxc("web"),
    found: { runtime: "lxc", name: "web", imageRoot: "/var/lib/lxc/web/rootfs" }
  },
  {
    what: "LXC with .. as its name",
    cgroup: v2("/lxc.payload..."),
    files: lxc("web"),
    found: { runtime: "lxc" }
  },
  {
    what: "LXC with the settings of Proxmox VE, which choose its cgroup",
    cgroup: v2("/lxc/101/ns/init.scope"),
    files: lxc("101"),
    found: { runtime: "lxc", name: "101", imageRoot: "/var/lib/lxc/101/rootfs" }
  },
  {
    what: "LXC below a cgroup that its settings choose",
    cgroup: v1("/ours/lxc.payload.web", "/"),
    files: lxc("web"),
    found: { runtime: "lxc", name: "web", imageRoot: "/var/lib/lxc/web/rootfs" }
  },
  { what: "LXC's monitor in Proxmox VE", cgroup: v2("/lxc.monitor/101"), found: none },
  {
    what: "LXC whose root is elsewhere, by its last setting",
    cgroup: v2("/lxc.payload.web"),
    files: {
      "/var/lib/lxc/web/config": "lxc.rootfs.path = /old\n lxc.rootfs.path=/srv/web \n# lxc.rootfs.path = /no\n",
      "/srv/web/x": "",
      ...Object.fromEntries(["old", "no", "var/lib/lxc/web/rootfs"].map((name) => [`/${name}/x`, ""]))
    },
    found: { runtime: "lxc", name: "web", imageRoot: "/srv/web" }
  },
  {
    what: "LXC, of whose settings each is on one line",
    cgroup: v2("/lxc.payload.web"),
    files: {
      "/var/lib/lxc/web/config": "lxc.rootfs.path = /srv/web\nlxc.rootfs.path\n= /no\n",
      "/srv/web/x": "",
      "/no/x": ""
    },
    found: { runtime: "lxc", name: "web", imageRoot: "/srv/web" }
  },
  ...["overlayfs:/srv/base:/srv/delta", "/dev/vg/web", "zfs:pool/web"].map((path): Fixture => ({
    what: `LXC whose root is not a directory on the host, but ${path}`,
    cgroup: v2("/lxc.payload.web"),
    files: {
      "/var/lib/lxc/web/config": `lxc.rootfs.path = ${path}\n`,
      "/var/lib/lxc/web/rootfs/x": "",
      "/dev/vg/web": ""
    },
    found: { runtime: "lxc", name: "web" }
  })),
  { what: "an old LXC", cgroup: v1("/lxc/web", "/"), found: { runtime: "lxc", name: "web" } },
  {
    what: "LXC whose cgroup has a number, since an earlier one is left over",
    cgroup: v2("/lxc.payload.web-1/init.scope"),
    files: lxc("web"),
    found: { runtime: "lxc", name: "web", imageRoot: "/var/lib/lxc/web/rootfs" }
  },
  {
    what: "Incus with a project, whose cgroup has a number",
    cgroup: v2("/lxc.payload.shop_web-12"),
    files: { "/var/lib/incus/containers/shop_web/x": "" },
    found: {
      runtime: "incus",
      name: "web",
      namespace: "shop",
      imageRoot: "/var/lib/incus/containers/shop_web/rootfs"
    }
  },
  {
    what: "LXC whose name has a number",
    cgroup: v2("/lxc.payload.web-1"),
    files: { ...lxc("web"), ...lxc("web-1") },
    found: { runtime: "lxc", name: "web-1", imageRoot: "/var/lib/lxc/web-1/rootfs" }
  },
  {
    what: "LXC in docker, with the name of one of the system",
    cgroup: v2(`/docker/${id}/lxc.payload.web`),
    files: lxc("web"),
    found: { runtime: "lxc", name: "web" }
  },
  {
    what: "LXC whose name has a number before other characters",
    cgroup: v2("/lxc.payload.web-1-x"),
    files: lxc("web-x"),
    found: { runtime: "lxc", name: "web-1-x" }
  },
  {
    what: "LXC whose root has the name of a storage type in its path",
    cgroup: v2("/lxc.payload/web"),
    files: { "/var/lib/lxc/web/config": "lxc.rootfs.path = /srv/dir:web\n" },
    found: { runtime: "lxc", name: "web", imageRoot: "/srv/dir:web" }
  },
  { what: "LXC's monitor", cgroup: v2("/lxc.monitor.web"), found: none },
  { what: "LXC with an escape sequence as its name", cgroup: v2("/lxc.payload.\u001b[2J"), found: { runtime: "lxc" } },
  {
    what: "LXD with a project",
    cgroup: v2("/lxc.payload.shop_web/init.scope"),
    files: { "/var/snap/lxd/common/lxd/containers/shop_web/x": "" },
    found: {
      runtime: "lxd",
      name: "web",
      namespace: "shop",
      imageRoot: "/var/snap/lxd/common/lxd/containers/shop_web/rootfs"
    }
  },
  {
    what: "LXD from a distribution package, with cgroups of version 1",
    cgroup: v1("/lxc.payload.web/init.scope", "/", "/lxc.payload.web"),
    files: { "/var/lib/lxd/containers/web/x": "" },
    found: { runtime: "lxd", name: "web", namespace: "default", imageRoot: "/var/lib/lxd/containers/web/rootfs" }
  },
  {
    what: "LXD with an escape sequence in its name and in the names of its files",
    cgroup: v2("/lxc.payload.shop_\u001b]0;web\u0007"),
    files: { "/var/snap/lxd/common/lxd/containers/shop_\u001b]0;web\u0007/x": "" },
    found: { runtime: "lxc" }
  },
  {
    what: "LXD in LXD, where the innermost is found",
    cgroup: v2("/lxc.payload.outer/lxc.payload.inner/init.scope"),
    files: { "/var/snap/lxd/common/lxd/containers/outer/x": "" },
    found: { runtime: "lxc", name: "inner" }
  },
  {
    what: "Incus",
    cgroup: v2("/lxc.payload.web"),
    files: { "/var/lib/incus/containers/web/x": "" },
    found: { runtime: "incus", name: "web", namespace: "default", imageRoot: "/var/lib/incus/containers/web/rootfs" }
  },
  {
    what: "Incus with a link to the storage pool",
    cgroup: v2("/lxc.payload.web"),
    files: {
      "/var/lib/incus/containers/web": { link: "../storage-pools/default/containers/web" },
      "/var/lib/incus/storage-pools/default/containers/web/backup.yaml": ""
    },
    found: { runtime: "incus", name: "web", namespace: "default", imageRoot: "/var/lib/incus/containers/web/rootfs" }
  },
  {
    what: "LXD as a snap with a storage pool that is mounted only in the mount namespace of the snap",
    cgroup: v2("/lxc.payload.shop_web"),
    files: {
      "/var/snap/lxd/common/lxd/containers/shop_web": {
        link: "/var/snap/lxd/common/lxd/storage-pools/default/containers/shop_web"
      }
    },
    found: { runtime: "lxd", name: "web", namespace: "shop" }
  },
  {
    what: "Incus with a project",
    cgroup: v2("/lxc.payload.shop_web/system.slice/cron.service"),
    files: { "/var/lib/incus/containers/shop_web/x": "" },
    found: {
      runtime: "incus",
      name: "web",
      namespace: "shop",
      imageRoot: "/var/lib/incus/containers/shop_web/rootfs"
    }
  },
  {
    what: "Incus with a name that is too long",
    cgroup: v2(`/lxc.payload.${"a".repeat(254)}`),
    files: { "/var/lib/incus/containers/web/x": "" },
    found: { runtime: "lxc" }
  },
  { what: "Incus's monitor", cgroup: v2("/lxc.monitor.shop_web"), found: none },
  {
    what: "systemd-nspawn, started by hand",
    cgroup: v2("/machine.slice/machine-my\\x2dbox.scope/payload/init.scope"),
    files: {
      "/run/systemd/machines/unit:machine-my\\x2dbox.scope": { link: "my-box" },
      "/run/systemd/machines/my-box": "NAME=my-box\nROOT=/var/lib/machines/my-box\nLEADER=7\n"
    },
    found: { runtime: "systemd-nspawn", name: "my-box", imageRoot: "/var/lib/machines/my-box" }
  },
  {
    what: "systemd-nspawn without records, in a unit whose name has an escape",
    cgroup: v2("/machine.slice/machine-my\\x2dbox.scope"),
    found: { runtime: "systemd-nspawn", name: "my-box" }
  },
  {
    what: "systemd-nspawn in a unit that does not have its name",
    cgroup: v2("/machine.slice/machine-x.scope"),
    files: {
      "/run/systemd/machines/unit:machine-x.scope": { link: "box" },
      "/run/systemd/machines/box": "ROOT=/var/lib/machines/box\nLEADER=7\n"
    },
    found: { runtime: "systemd-nspawn", name: "box", imageRoot: "/var/lib/machines/box" }
  },
  {
    what: "systemd-nspawn without a link from its unit",
    cgroup: v2("/machine.slice/machine-box.scope"),
    files: { "/run/systemd/machines/box": "ROOT=/var/lib/machines/box\nLEADER=7\n" },
    found: { runtime: "systemd-nspawn", name: "box", imageRoot: "/var/lib/machines/box" }
  },
  { what: "a unit of another slice", cgroup: v2("/system.slice/machine-box.scope"), found: none },
  {
    what: "systemd-nspawn as a service",
    cgroup: v1("/", "/machine.slice/systemd-nspawn@box.service/payload"),
    found: { runtime: "systemd-nspawn", name: "box" }
  },
  {
    what: "systemd-nspawn in LXC",
    cgroup: v2("/lxc.payload.outer/machine.slice/machine-inner.scope/payload"),
    files: lxc("outer"),
    found: { runtime: "systemd-nspawn", name: "inner" }
  },
  { what: "the supervisor of systemd-nspawn", cgroup: v2("/machine.slice/machine-box.scope/supervisor"), found: none },
  { what: "a machine of libvirt", cgroup: v2("/machine.slice/machine-qemu\\x2d1\\x2dvm.scope"), found: none },
  {
    what: "systemd-nspawn whose unit is a link to another file",
    cgroup: v2("/machine.slice/machine-box.scope"),
    files: {
      "/run/systemd/machines/unit:machine-box.scope": { link: "../../../etc/shadow" },
      "/etc/shadow": "ROOT=/secret\n"
    },
    found: { runtime: "systemd-nspawn", name: "box" }
  },
  {
    what: "systemd-nspawn whose leader is another process",
    cgroup: v2("/machine.slice/machine-box.scope"),
    files: {
      "/run/systemd/machines/unit:machine-box.scope": { link: "box" },
      "/run/systemd/machines/box": "NAME=box\nROOT=/var/lib/machines/box\nLEADER=1\n"
    },
    found: none
  },
  {
    what: "systemd-nspawn with an escape sequence in its unit",
    cgroup: v2("/machine.slice/machine-\\x1b\\x5b2J.scope"),
    found: { runtime: "systemd-nspawn" }
  },
  {
    what: "runc with systemd",
    cgroup: v2("/system.slice/runc-web.scope"),
    files: {
      "/run/runc/web/state.json": json({ init_process_pid: 7, init_process_start: 700, config: { rootfs: "/b" } })
    },
    found: { runtime: "runc", name: "web", imageRoot: "/b" }
  },
  {
    what: "runc with systemd, without records",
    cgroup: v2("/x/runc-web.scope"),
    found: { runtime: "runc", name: "web" }
  },
  {
    what: "runc with systemd and an id that is in no records",
    cgroup: v2(`/system.slice/runc-${id}.scope`),
    found: { runtime: "runc", id }
  },
  {
    what: "runc with cgroupfs",
    cgroup: v1("/web", "/process/web"),
    files: { "/run/runc/web/state.json": json({ init_process_pid: 7, init_process_start: 700, config: {} }) },
    found: { runtime: "runc", name: "web" }
  },
  {
    what: "runc whose process has ended, and whose PID was reused",
    cgroup: v2("/web"),
    files: { "/run/runc/web/state.json": json({ init_process_pid: 7, init_process_start: 699, config: {} }) },
    found: none
  },
  {
    what: "runc with an escape sequence as its name and an invalid root",
    cgroup: v2("/web"),
    files: {
      "/run/runc/\u001b[2J/state.json": json({
        init_process_pid: 7,
        init_process_start: 700,
        config: { rootfs: "/a\0" }
      })
    },
    found: { runtime: "runc" }
  },
  {
    what: "crun, whose state names its root relative to the bundle",
    cgroup: v1("/web", "/"),
    files: { "/run/crun/web/status": crun({ rootfs: "rootfs" }) },
    found: { runtime: "crun", name: "web", imageRoot: "/srv/bundle/rootfs" }
  },
  {
    what: "crun whose state has an empty root",
    cgroup: v2("/web"),
    files: { "/run/crun/web/status": crun({ rootfs: "" }), "/srv/bundle/x": "" },
    found: { runtime: "crun", name: "web" }
  },
  {
    what: "crun whose state has no path of the bundle",
    cgroup: v2("/web"),
    files: { "/run/crun/web/status": crun({ rootfs: "rootfs", bundle: "bundle" }) },
    found: { runtime: "crun", name: "web" }
  },
  {
    what: "crun whose process has ended, and whose PID was reused",
    cgroup: v2("/web"),
    files: { "/run/crun/web/status": crun({ "process-start-time": 699 }) },
    found: none
  },
  {
    what: "podman with crun and without cgroups",
    cgroup: v1("/", "/"),
    files: {
      [`/run/crun/${id}/status`]: crun({ rootfs: "/big/merged" }),
      "/var/lib/containers/storage/overlay-containers/containers.json": json([{ id, names: ["web"] }])
    },
    found: { runtime: "podman", id, name: "web", imageRoot: "/big/merged" }
  },
  {
    what: "a container of ctr, in a namespace of containerd",
    cgroup: v1("/default/web", "/"),
    files: {
      "/run/containerd/runc/default/web/state.json": json({
        init_process_pid: 7,
        init_process_start: 700,
        config: { rootfs: "/run/containerd/io.containerd.runtime.v2.task/default/web/rootfs" }
      })
    },
    found: {
      runtime: "containerd",
      name: "web",
      imageRoot: "/run/containerd/io.containerd.runtime.v2.task/default/web/rootfs"
    }
  },
  {
    what: "a container of ctr whose user has chosen the cgroup",
    cgroup: v2("/ours/x"),
    files: {
      [`/run/containerd/runc/k8s.io/${id}/state.json`]: json({ init_process_pid: 7, init_process_start: 700 })
    },
    found: { runtime: "containerd", id }
  }
]
