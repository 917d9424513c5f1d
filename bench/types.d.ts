/** The package ships no types: it exports the path of the runtime's binary. */
declare module "workerd" {
  const exports: { default: string };
  export default exports;
}
