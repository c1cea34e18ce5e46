/** Where the runtimes keep their files: those of the system, and those of a rootless user. */

export interface Place {
  readonly run: string
  readonly data: string
  /** The state directories of containerd: that of its own service, and those of programs that start one themselves. */
  readonly containerd: ReadonlyArray<string>
  /** The directories in which docker keeps the states of running containers (`dockerd --exec-root`). */
  readonly dockerState: ReadonlyArray<string>
  /** The directories in which docker keeps its containers (`dockerd --data-root`). */
  readonly dockerData: ReadonlyArray<string>
  /** The settings of docker, which can name another such directory. */
  readonly dockerSettings: ReadonlyArray<string>
}

const placeOf = (run: string, data: string): Place => ({
  run,
  data,
  containerd: [`${run}/containerd`, `${run}/docker/containerd/daemon`],
  dockerState: [`${run}/docker`],
  dockerData: [`${data}/docker`],
  dockerSettings: []
})

const ours = placeOf("/run", "/var/lib")

export const system: Place = {
  ...ours,
  containerd: [
    ...ours.containerd,
    "/run/k3s/containerd", // of RKE2, too
    "/run/k0s/containerd",
    "/var/snap/microk8s/common/run/containerd",
    "/run/snap.docker/containerd/daemon"
  ],
  dockerState: [...ours.dockerState, "/run/snap.docker"],
  dockerData: [...ours.dockerData, "/var/snap/docker/common/var-lib-docker"],
  dockerSettings: ["/etc/docker/daemon.json", "/var/snap/docker/current/config/daemon.json"]
}

/** The settings of users are not read: they could name the directories of somebody else's containers. */
export const placeOfUser = (userId: number, home: string): Place =>
  placeOf(`/run/user/${userId}`, `${home}/.local/share`)
