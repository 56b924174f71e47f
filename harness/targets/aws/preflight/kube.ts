import { apiMessage } from '../../kube/api-errors.ts';
import { findContext } from '../kube-context.ts';
import { bad, defineCheck, type KubeQuestions, ok, type PreflightContext } from './check.ts';

const CONTEXT = 'kube context';
export const API_SERVER = 'API server';

export function kubeOf({ settings, kubeconfig, kube }: PreflightContext): KubeQuestions {
  return kube(findContext(settings, kubeconfig));
}

/** None, or several, come as a UsageError. */
export const kubeContext = defineCheck(CONTEXT, [], async ({ settings, kubeconfig }) =>
  ok(findContext(settings, kubeconfig)),
);

export const apiServer = defineCheck(API_SERVER, [CONTEXT], async (context) => {
  const { cluster, region } = context.settings;
  try {
    return ok(`Kubernetes ${await kubeOf(context).version()}`);
  } catch (error) {
    const said = apiMessage(error).split('\n')[0]!;
    const update = `aws eks update-kubeconfig --name ${cluster} --region ${region}`;
    if (/^401/.test(said))
      return bad(
        `it does not know who asks: ${said}`,
        `${update}; and where the cluster does not know the user or role yet: aws eks create-access-entry --cluster-name ${cluster} --region ${region} --principal-arn ARN`,
      );
    if (/^403/.test(said))
      return bad(
        `it lets nobody like us in: ${said}`,
        `give the user or role an access policy: aws eks associate-access-policy --cluster-name ${cluster}`,
      );
    return bad(
      `it does not answer: ${said}`,
      `${update}; where its endpoint is private: run this in its VPC or through a VPN; the kubeconfig's command (aws) must be installed`,
    );
  }
});

/** A cluster without nodes has no place for CoreDNS, until a profile takes it. */
export const coreDns = defineCheck('CoreDNS', [API_SERVER], async (context) => {
  if (await kubeOf(context).resolves()) return ok('has an address that is ready');
  const { cluster, region } = context.settings;
  return bad(
    'no address of kube-dns is ready: pods cannot resolve the domain',
    `on Fargate it needs a profile for kube-system (aws eks create-fargate-profile --cluster-name ${cluster} --region ${region} --fargate-profile-name coredns --selectors namespace=kube-system,labels={k8s-app=kube-dns} …) and no compute-type annotation: ` +
      `kubectl patch deployment coredns -n kube-system -p '{"spec":{"template":{"metadata":{"annotations":{"eks.amazonaws.com/compute-type":null}}}}}', then, as no pod from before the profile is taken, kubectl rollout restart -n kube-system deployment coredns`,
  );
});
