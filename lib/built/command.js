// Made by `deno task build` out of the sources in lib: change those, not this.
import { table, exitCodeOf, tell, EXIT, RUNNING, COMMON, time, count, optionLines, readOptions, refuseMistakes, processIo, placeIn, LISTING, readCommand, UsageError, COMMANDS, typedName } from './cli.js';
import { permitted, JournalError, systemClock, plainText, beginSession, TaskError, isChain, statesOf$1 as statesOf, showChain, stateOf, defaults, judge, showPlan, widthOf, kebab, readArguments, suggest, isTask, wireDefaults, all, dbaas, dc, ConfirmationRequiredError, profiles, processEnvironment, localFiles, task } from './core.js';
import { headOf, isWhole, sumOf, fileJournal, viewFor, saysOnly, doubled, savePlan, lostSteps, fields, isoTime, someText, mapOf, text as text$1, plansShape, json, oneOf, titleOf as titleOf$1, readJournal, PROCESS, resumeJournal, planAgain, chooseAddress } from './more.js';
import { runChains, stdoutDevice, stderrDevice, withoutColors, runPlans } from './run.js';

function stateFolder(){const own=permitted("MUSTER_STATE");if(own!==void 0)return own;const state=permitted("XDG_STATE_HOME");if(state?.startsWith("/"))return `${state}/muster`;const home=permitted("HOME");return home===void 0?void 0:`${home}/.local/state/muster`}function runsFolder(){const folder=stateFolder();return folder===void 0?void 0:`${folder}/runs`}async function makeRunsFolder(){const folder=runsFolder();const instead="or say --no-journal to do without: such a run cannot be resumed";if(folder===void 0){throw new JournalError(`Cannot keep a journal as no folder for it is known: set MUSTER_STATE (and --allow-env=MUSTER_STATE), ${instead}`)}for(const name of ["read","write"]){if((await Deno.permissions.query({name,path:folder})).state!=="granted"){throw new JournalError(`Cannot keep a journal as --allow-${name}=${folder} is missing, ${instead}`)}}try{await Deno.mkdir(folder,{recursive:true,mode:448});}catch(error){throw new JournalError(`Cannot keep a journal as its folder cannot be made: ${folder}: ${error.message}; ${instead}`,{cause:error})}return folder}

const PIECE=8192;const LONGEST=1<<20;async function journalPaths(folder=runsFolder()){if(folder===void 0)return [];if((await Deno.permissions.query({name:"read",path:folder})).state!=="granted")return [];const names=[];try{for await(const entry of Deno.readDir(folder)){if(entry.isFile&&entry.name.endsWith(".jsonl"))names.push(entry.name);}}catch(error){if(error instanceof Deno.errors.NotFound)return [];throw error}return names.sort().reverse().map(name=>`${folder}/${name}`)}async function pastRun(path){using file=await Deno.open(path).catch(()=>void 0);if(!file)return void 0;const{size}=await file.stat();const first=await firstLine(file);const head=headOf(text(first));if(!head)return void 0;const about=head.about;const tail=await piece(file,Math.max(0,size-PIECE),PIECE);const lines=tail.subarray(0,tail.lastIndexOf(10));const begin=lines.lastIndexOf(10);const last=lines.subarray(begin+1);const before=lines.subarray(0,Math.max(0,begin));let end;const damaged=head.version!==1&&!(isWhole(first,0)&&(last.length===lines.length||isWhole(last,sumOf(before)??-1)))?"its first or last line has a wrong checksum":void 0;try{const said=JSON.parse(text(last));if(typeof said.ended==="number"&&damaged===void 0)end=said;}catch{}return {path,at:String(about?.at??head.at),task:String(about?.task??"?"),chain:String(head.chain),members:Number(head.members),end,...damaged===void 0?{}:{damaged}}}const decoder=new TextDecoder;const text=bytes=>decoder.decode(bytes);async function firstLine(file){for(let length=PIECE;length<=LONGEST;length*=4){const bytes=await piece(file,0,length);const end=bytes.indexOf(10);if(end>=0||bytes.length<length)return end<0?bytes:bytes.subarray(0,end)}return new Uint8Array}async function recentRuns(most,folder){const runs=[];for(const path of await journalPaths(folder)){if(runs.length===most)break;const run=await pastRun(path);if(run)runs.push(run);}return runs}const isDone=({end})=>end!==void 0&&end.failed+end.interrupted===0;function runId(path){const name=path.slice(path.lastIndexOf("/")+1);return /^\d{8}T\d{6}Z-([0-9a-f]{6})-/.exec(name)?.[1]??name}async function piece(file,from,most){await file.seek(from,Deno.SeekMode.Start);const bytes=new Uint8Array(most);let length=0;for(;;){const read=await file.read(bytes.subarray(length));if(read===null||read===0)break;length+=read;if(length===bytes.length)break}return bytes.subarray(0,length)}const LOOKED_AT=10;const ENOUGH=3;const TIMES=3;async function unusual(task,members,folder){const counts=[];for(const path of await journalPaths(folder)){const run=await pastRun(path);if(run?.task===task&&run.members>0)counts.push(run.members);if(counts.length===LOOKED_AT)break}const most=Math.max(...counts);if(counts.length<ENOUGH||members<most*TIMES)return void 0;return `this task usually touches ${most===1?"1 member":`${most} members`}, now ${members}`}

var past_runs = /*#__PURE__*/Object.freeze({
  __proto__: null,
  isDone: isDone,
  journalPaths: journalPaths,
  pastRun: pastRun,
  recentRuns: recentRuns,
  runId: runId,
  unusual: unusual
});

class RunJournal{#about;#clock;#opened;#inner;constructor(about,opened,clock=systemClock){this.#about=about;this.#opened=opened;this.#clock=clock;}async planned(plans){if(plans.every(plan=>plan.writes===0))return;const hold=plans[0].endpoint.clock;const path=await hold.hold(async()=>`${await makeRunsFolder()}/${this.#name()}.jsonl`);const journal=fileJournal(path,{about:{...this.#about,at:new Date(this.#clock.now()).toISOString()}});try{await journal.planned(plans);}catch(error){await Deno.remove(path).catch(()=>{});const{message}=error;throw new JournalError(`${message.replace(/\. What is not written down[\s\S]*$/,"")}; nothing was sent: make room and run it again, or say --no-journal to do without`,{cause:error})}this.#inner=journal;this.#opened(path);}#name(){const at=new Date(this.#clock.now()).toISOString().replace(/[-:]|\.\d+/g,"");const task=this.#about.task.replace(/[^\w.-]+/g,"_").slice(0,40);return `${at}-${crypto.randomUUID().slice(0,6)}-${task}`}async before(spot,before){await this.#inner?.before(spot,before);}async after(spot,outcome,id){await this.#inner?.after(spot,outcome,id);}async ended(report){await this.#inner?.ended(report);}}

function show(value,{json},io){if(value===void 0)return;if(json){for(const one of Array.isArray(value)?value:[value])io.out(`${JSON.stringify(one)}
`);}else if(typeof value==="string")io.out(value.endsWith("\n")||value===""?value:`${value}
`);else if(Array.isArray(value)&&value.length>0&&value.every(isRecord)){io.out(table(value));}else if(Array.isArray(value)&&value.every(one=>typeof one==="string")){io.out(value.map(one=>`${one}
`).join(""));}else io.out(`${plainText(Deno.inspect(value,{depth:6,colors:false}))}
`);}const isRecord=value=>typeof value==="object"&&value!==null&&!Array.isArray(value);

const viewKind=({json,quiet})=>json?"json":quiet?"silent":stderrDevice.terminal&&!stderrDevice.dumb?"terminal":"plain";async function doWork(work,rules,io){const plans=[];const reports=[];const journals=[];let interrupted=false;const stop=new AbortController;const terminate=()=>stop.abort(new DOMException("SIGTERM","AbortError"));const{about,plan:planOnly,yes,max,expect,concurrency,timeout,debug,secrets}=rules;const end=beginSession({planOnly,yes,max,expect,concurrency,timeout,debug,secrets,signal:stop.signal,confirm:async(question,signal)=>{const note=about.task==="do"?void 0:await unusual(about.task,question.count);const answer=await defaults.confirm?.(note===void 0?question:{...question,text:`${question.text}; ${note}`},signal);if(answer===false&&signal?.aborted)interrupted=true;return answer},view:planOnly?()=>()=>{}:()=>viewFor(viewKind(rules),rules.json?stdoutDevice:stderrDevice),journal:rules.journal?()=>new RunJournal(about,path=>journals.push(path),systemClock):void 0,async review(some,signal){plans.push(...some);await rules.review?.(some,signal).finally(()=>interrupted||=signal.aborted);},ended(report){reports.push(report);if(report.cancelled==="Ctrl-C")stop.abort(new DOMException("Ctrl-C","AbortError"));}});const leave=()=>hint(journals,rules,io);globalThis.addEventListener("unload",leave);if(Deno.build.os!=="windows")Deno.addSignalListener("SIGTERM",terminate);let exit=EXIT.done;let empty=0;try{const value=work();const given=isPromise(value)?await value:value;const{chains,selections,data}=sorted(given);if(chains.length>0){await runChains(chains,{throwOnError:false,signal:stop.signal});}for(const selection of selections){const records=await selection;if(Array.isArray(records)&&records.length===0){empty++;if(!rules.quiet)io.err(`muster: nothing matches ${titleOf(selection)}
`);}else show(records,rules,io);}if(typeof data==="function"){throw new TaskError("Cannot show what came of it as it is a function: put () behind it")}if(data!==void 0)show(data,rules,io);}catch(error){exit=exitCodeOf(error,plans.length>0);if(error?.name!=="ChainError"||rules.quiet||planOnly)tell(error,io);}finally{end();globalThis.removeEventListener("unload",leave);if(Deno.build.os!=="windows")Deno.removeSignalListener("SIGTERM",terminate);}if(exit===EXIT.refused&&interrupted)exit=EXIT.interrupted;if(exit===EXIT.done)exit=exitCodeFor(reports,plans,rules);if(exit===EXIT.done&&empty>0&&plans.length===0)exit=EXIT.nothing;if(reports.some(report=>report.interrupted.length>0||report.failed.length>0)){hint(journals,rules,io);}return {exit,plans,reports}}function exitCodeFor(reports,plans,rules){if(reports.some(report=>report.cancelled==="Ctrl-C"))return EXIT.interrupted;if(reports.some(report=>report.cancelled==="SIGTERM"))return EXIT.terminated;if(rules.plan){const rails=rules.expect===void 0?{}:{expect:rules.expect};if(plans.some(plan=>"error"in judge(plan,rails)))return EXIT.refused}else if(reports.some(report=>report.failed.some(({error})=>error?.name==="JournalError"))){return EXIT.journal}else if(reports.some(report=>report.failed.length>0||report.interrupted.length>0)){return EXIT.failed}return plans.length>0&&plans.every(plan=>plan.members.length===0)?EXIT.nothing:EXIT.done}function hint(journals,rules,io){const path=journals.at(-1)??rules.about.resumed;if(typeof path!=="string"||rules.json||rules.quiet)return;const name=journals.length===1?"last":path.startsWith(`${runsFolder()}/`)?runId(path):path;io.err(`muster: what is left can be taken up again: muster resume ${name}
`);}const titleOf=selection=>plainText(isChain(selection)?showChain(stateOf(selection)):String(selection));const isPromise=value=>!isChain(value)&&statesOf(value)===void 0&&typeof value?.then==="function";function sorted(value){const chains=[];const selections=[];let data=false;const walk=(one,depth)=>{const together=statesOf(one);if(isReport(one))return;if(together)chains.push(...together);else if(isChain(one)){const state=stateOf(one);if(state.steps.length>0||state.source.kind==="create")chains.push(state);else selections.push(one);}else if(depth<20&&Array.isArray(one)){for(const each of one)walk(each,depth+1);}else if(depth<20&&isPlain(one)){for(const each of Object.values(one))walk(each,depth+1);}else if(one!==void 0&&one!==null)data=true;};walk(value,0);const shown=chains.length>0||selections.length>0||!data;return {chains,selections,data:shown?void 0:value}}const isPlain=value=>typeof value==="object"&&value!==null&&[Object.prototype,null].includes(Object.getPrototypeOf(value));const isReport=value=>typeof value==="object"&&value!==null&&"members"in value&&"requests"in value&&"endpoints"in value;

const VERSION=2;const FILE=fields({muster:oneOf("plan"),version:oneOf(VERSION),about:fields({task:text$1(/^[^\p{Cc}]{1,1000}$/u),"source?":someText,"args?":mapOf(json),"at?":isoTime}),plans:plansShape,digest:text$1(/^sha256:[0-9a-f]{64}$/)});async function digestOf(content){const bytes=new TextEncoder().encode(JSON.stringify(content));const digest=new Uint8Array(await crypto.subtle.digest("SHA-256",bytes));return `sha256:${[...digest].map(byte=>byte.toString(16).padStart(2,"0")).join("")}`}async function saveTo(path,plans,about,io){const saved=plans.map(savePlan);const lost=saved.flatMap(lostSteps);if(plans.length===0){throw new JournalError("Cannot save the plan because there is none: the task runs no chain")}if(lost.length>0){throw new JournalError(`Cannot save the plan because not all of it can be written down: ${lost.join("; ")}`)}const content=JSON.parse(JSON.stringify({muster:"plan",version:VERSION,about,plans:saved}));const file={...content,digest:await digestOf(content)};const why=FILE(file,"it")??doubled(saved,"plans");if(why!==void 0){throw new JournalError(`Cannot save the plan because it could not be applied: ${why}`)}try{await Deno.writeTextFile(path,`${JSON.stringify(file,null,2)}
`,{mode:384});}catch(error){throw new JournalError(`Cannot save the plan because ${error.message}: ${path}`,{cause:error})}io.err(`muster: saved; muster apply ${path} does exactly this
`);}async function readPlans(path){let text2;try{text2=await Deno.readTextFile(path);}catch(error){const reason=error instanceof Deno.errors.NotFound?"there is no such file":error instanceof Deno.errors.IsADirectory||/is a directory/i.test(error.message)?"it is a folder":error.message;throw new JournalError(`Cannot read the plan because ${reason}: ${path}`,{cause:error})}const refuse=why2=>{throw new JournalError(`Cannot read the plan because ${why2}: ${path}. Make it anew`)};let file;try{file=JSON.parse(text2);}catch{return refuse("it is torn, or not one that muster plan --save wrote")}if(file?.muster!=="plan")refuse("it is not one that muster plan --save wrote");if(file.version!==VERSION)refuse("it was written by another version of muster");const why=FILE(file,"it");if(why!==void 0)refuse(`it was changed by hand: ${why.replace(/^it\./,"")}`);if(!saysOnly(text2,file)){refuse("it was changed by hand: it says something twice, or not as muster writes it");}const{digest,...content}=file;if(digest!==await digestOf(content))refuse("it was changed by hand: its content is not what was saved");const twice=doubled(file.plans,"plans");if(twice!==void 0)refuse(`it was changed by hand: ${twice}`);return {about:file.about,plans:file.plans}}

async function doPlan({work,rules,values},io){const{exit,plans}=await doWork(work,{...rules,plan:true},io);if(rules.json)io.out(plans.map(plan=>`${JSON.stringify(plan)}
`).join(""));else if(!rules.quiet){for(const plan of plans){io.out(`${showPlan(plan,stdoutDevice.colors,widthOf)}
`);const said=verdictLine(plan,rules);if(said!==void 0)io.out(`  ${said}
`);}if(plans.length===0&&exit===0)io.out("Nothing would be changed.\n");}if(typeof values.save==="string")await saveTo(values.save,plans,rules.about,io);return exit}function verdictLine(plan,{expect,max,yes}){const said={...expect===void 0?{}:{expect},...max===void 0?{}:{max},...yes?{yes}:{}};const verdict=judge(plan,said);if("error"in verdict)return `A run would be refused: ${verdict.error.message}`;if("ask"in verdict){return `A run asks first, and without a terminal is refused: it would ${verdict.ask.text}; --expect=${plan.members.length}, --max=${verdict.ask.count} or --yes answer beforehand`}return void 0}

const ALL={...COMMON,...RUNNING};const without=(...names)=>Object.fromEntries(Object.entries(ALL).filter(([name])=>!names.includes(name)));function rulesOf(values,mistakes){if(values.json&&values.quiet)mistakes.push("--json and --quiet cannot both be");return {plan:values.plan===true,yes:values.yes,max:count(values.max,"max",1,mistakes),expect:count(values.expect,"expect",0,mistakes),concurrency:count(values.concurrency,"concurrency",1,mistakes),timeout:time(values.timeout,"timeout",mistakes),debug:values.debug,json:values.json===true,quiet:values.quiet===true,journal:values.journal!==false,profile:values.profile,color:values.color}}function useOptions({profile,color}){if(profile!==void 0)Deno.env.set("MUSTER_PROFILE",profile);if(color===false)withoutColors();}

const PLACE={string:"TEXT",number:"N",boolean:"",duration:"TIME",choice:"",list:"A,B",tags:"KEY=VALUE"};const placeOf$1=arg=>arg.type==="choice"?arg.choices.join("|"):PLACE[arg.type];function optionsOf({task}){return Object.fromEntries(Object.entries(task.args).map(([name,arg])=>[name,{kind:arg.type==="boolean"?"flag":arg.type==="list"||arg.type==="tags"?"many":"value",value:placeOf$1(arg),...arg.type==="choice"?{choices:arg.choices}:{},about:[arg.description,arg.required?"required":void 0,arg.default===void 0?void 0:`default ${shown(arg.default)}`,arg.env===void 0?void 0:`or ${arg.env}`].filter(Boolean).join("; ")}]))}const shown=value=>typeof value==="string"?value:JSON.stringify(value);function usageOf({name,task}){const words=Object.entries(task.args).filter(([,arg])=>arg.required).map(([arg,{type}])=>`--${kebab(arg)}=${placeOf$1(task.args[arg])||type}`);return [name,...words].join(" ")}function taskHelp(command,found,common){const own=optionsOf(found);const examples=found.task.examples.length>0?found.task.examples:[usageOf(found)];return [`${found.name}: ${found.task.description}`,`  (${found.source==="muster"?"comes with muster":found.source})`,"",...Object.keys(own).length>0?["Its options:",...optionLines(own),""]:[],"Options of every task:",...optionLines(common),"",`Example${examples.length>1?"s":""}:`,...examples.map(line=>`  ${command===""?"":`muster ${command} `}${line}`),""].join("\n")}

var task_help = /*#__PURE__*/Object.freeze({
  __proto__: null,
  optionsOf: optionsOf,
  placeOf: placeOf$1,
  taskHelp: taskHelp,
  usageOf: usageOf
});

function readyFound(command,found,before,options,io,mistakes=[]){const own=optionsOf(found);const after=readOptions(before.rest,{...own,...options},mistakes);const values={...before.values,...after.values};if(values.help){io.out(taskHelp(command,found,options));return void 0}const first=Object.keys(own)[0];for(const word of after.words){mistakes.push(`${JSON.stringify(word)} is no option${first?`; did you mean --${first}=${word}?`:""}`);}const{profile,color,...rules}=rulesOf(values,mistakes);const args=found.task.args;const wrong=[];const given=Object.fromEntries(Object.entries(values).filter(([key])=>Object.hasOwn(own,key)));const read=readArguments(args,given,permitted,wrong);const told=[...after.valueless].map(name=>`--${kebab(name)} is missing`);mistakes.push(...wrong.filter(one=>!told.some(start=>one.startsWith(start))));refuseMistakes(`${command} ${found.name}`,mistakes);useOptions({profile,color});const shown=Object.fromEntries(Object.entries(read.values).filter(([key,value])=>!args[key].secret&&value!==void 0));return {work:()=>found.task(read.values),rules:{...rules,about:{task:found.name,source:found.source,args:shown},secrets:new Set(read.secrets)},values}}

async function scriptMain(task,typed,io=processIo){const source=Deno.mainModule;const name=decodeURIComponent(source.replace(/[?#].*$/,"").replace(/^.*\//,"")).replace(/\.[^.]+$/,"");try{const ready=readyFound("",{name,task,source},{values:{},rest:typed},ALL,io);if(!ready)return EXIT.done;if(ready.rules.plan)return await doPlan(ready,io);return (await doWork(ready.work,ready.rules,io)).exit}catch(error){tell(error,io);return exitCodeOf(error,false)}}

var script_main = /*#__PURE__*/Object.freeze({
  __proto__: null,
  scriptMain: scriptMain
});

function placesOf(handles=[]){return async saved=>{for(const handle2 of handles){const endpoint=await handle2.endpoint();if(endpoint.key===saved.endpoint.key)return placeOf(handle2,endpoint,saved)}const handle=await handleOf(saved);return placeOf(handle,await handle.endpoint(),saved)}}const placeOf=(handle,endpoint,saved)=>({endpoint,resource:resourceOf(handle,saved),handle:String(handle)});async function handleOf(saved){const{handle}=saved.endpoint;const[,maker,inner]=/^(dc|dbaas)\((.*)\)$/s.exec(handle)??[];let name;try{name=inner===void 0||inner===""?void 0:JSON.parse(inner);}catch{}if(maker===void 0||inner!==""&&(typeof name!=="string"||JSON.stringify(name)!==inner)){throw new JournalError(`Cannot take up ${titleOf$1(saved)} because its handle cannot be made anew from ${handle}: resume it in a script, with resume(path, { handles: [handle] })`)}if(maker==="dc"){const{dc}=await import('./core.js').then(function (n) { return n.datacenter; });return dc(name)}const{dbaas}=await import('./core.js').then(function (n) { return n.dbaas$1; });return dbaas(name)}const KINDS=["machine","image","instance","backup","cluster"];function resourceOf(handle,saved){const{kind}=saved;const own=/^(dc|dbaas)\(/.test(String(handle))||"request"in handle;const member=own&&!KINDS.includes(kind)||kind in Object.prototype?void 0:handle[kind];if(typeof member==="function"){const one=member.call(handle,"x");if(isChain(one)){const{resource}=stateOf(one);if(resource.kind===kind)return resource}}throw new JournalError(`Cannot take up ${titleOf$1(saved)} because ${String(handle)} has no ${kind}`)}

async function resume(path,options={}){const{handles,...run}=options;const name=path instanceof URL?decodeURIComponent(path.pathname):path;const facts=await readJournal(name);const simulated=facts.plans.find(plan=>plan.endpoint.handle==='dc("sim")'||plan.endpoint.handle==='dbaas("sim")');if(simulated&&facts.process!==PROCESS&&!handles?.length){throw new JournalError(`Cannot resume ${titleOf$1(simulated)} because that simulator was in the memory of a process that has ended: ${name}. To try resuming, serve one with \`muster sim\``)}return await resumeJournal(name,placesOf(handles),run)}

var resume$1 = /*#__PURE__*/Object.freeze({
  __proto__: null,
  resume: resume
});

const READY_MADE={backup:()=>Promise.resolve().then(function () { return backup$1; }),cull:()=>Promise.resolve().then(function () { return cull$1; }),exec:()=>Promise.resolve().then(function () { return exec$1; }),failed:()=>Promise.resolve().then(function () { return failed$1; }),inventory:()=>Promise.resolve().then(function () { return inventory$1; }),power:()=>Promise.resolve().then(function () { return power; }),resize:()=>Promise.resolve().then(function () { return resize$1; }),restart:()=>Promise.resolve().then(function () { return restart$1; }),snapshot:()=>Promise.resolve().then(function () { return snapshot$1; })};

const MODULE=/\.(ts|mts|js|mjs|tsx|jsx)$/;const isUrl=text=>/^(https?|file|data):/.test(text);function urlOf(where){if(isUrl(where))return where;const path=where.startsWith("/")?where:`${Deno.cwd()}/${where}`;return new URL(`file://${path.split("/").map(encodeURIComponent).join("/")}`).href}function tasksOf(exports,file,source){return Object.entries(exports).flatMap(([key,value])=>isTask(value)?[{name:key==="default"?file:`${file}.${key}`,task:value,source}]:[])}const fileName=where=>decodeURIComponent(where.replace(/[?#].*$/,"").replace(/^.*\//,"")).replace(MODULE,"");async function load(where){const module=await import(urlOf(where));const found=tasksOf(module,fileName(where),where);if(found.length>0)return found;const exported=Object.keys(module).join(", ")||"nothing";throw new TaskError(`Cannot find a task in ${where} as it exports none (it exports ${exported}): export default task({ \u2026 })`)}async function modulesIn(folder){if((await Deno.permissions.query({name:"read",path:folder})).state!=="granted")return void 0;try{const names=[];for await(const entry of Deno.readDir(folder)){if(entry.isFile&&MODULE.test(entry.name)&&!/[._](test|bench)\.[^.]+$|\.d\.ts$|^_/.test(entry.name)){names.push(entry.name);}}return names.sort()}catch(error){if(error instanceof Deno.errors.NotFound||error instanceof Deno.errors.NotADirectory)return void 0;throw error}}async function listTasks(where){if(where!==void 0&&(isUrl(where)||MODULE.test(where)))return await load(where);const folder=(where??"tasks").replace(/\/+$/,"");const modules=await modulesIn(folder);if(where!==void 0&&modules===void 0){throw new TaskError(`Cannot list the tasks of ${where} as there is no such folder or file, or it may not be read`)}const found=[];for(const name of modules??[]){const source=`${folder}/${name}`;try{found.push(...await load(source));}catch(error){found.push({name:fileName(name),source,problem:error instanceof Error?error.message:String(error)});}}if(where===void 0){for(const[name,ready]of Object.entries(READY_MADE)){if(found.some(one=>one.name===name))continue;found.push(...tasksOf(await ready(),name,"muster"));}}return found}async function taskNames(){const found=[];const files=new Set;for(const module of await modulesIn("tasks")??[]){const name=fileName(module);files.add(name);const text=await Deno.readTextFile(`tasks/${module}`);const exported=[...text.matchAll(/^export (?:const|let|var) ([\w$]+)[^=\n]*=\s*task\b/gm)].map(one=>one[1]);if(exported.length===0||/^export default\b/m.test(text))found.push({word:name});found.push(...exported.map(one=>({word:`${name}.${one}`})));}for(const[name,ready]of Object.entries(READY_MADE)){if(files.has(name))continue;found.push(...tasksOf(await ready(),name,"muster").map(one=>({word:one.name,about:one.task.description})));}return found}async function findTask(name){if(isUrl(name)||MODULE.test(name.replace(/#.*$/,""))||name.includes("/")){const[where,wanted]=[name.replace(/#.*$/,""),/#(.+)$/.exec(name)?.[1]];const found2=await loadNamed(where);const file2=fileName(where);const one2=found2.find(each=>each.name===(wanted===void 0?file2:`${file2}.${wanted}`))??(wanted===void 0&&found2.length===1?found2[0]:void 0);if(one2)return one2;if(wanted!==void 0){const there=found2.map(each=>each.name.slice(file2.length+1)).filter(Boolean);throw new TaskError(`Cannot find the task ${wanted} in ${where} as it exports none of that name; ${there.length>0?suggest(wanted,there):`its only task is ${where}`}`)}throw new TaskError(`Cannot tell which task of ${where} is meant: ${found2.map(each=>`${where}#${each.name.slice(file2.length+1)}`).join(", ")}`)}const[file,exported]=[name.replace(/\..*$/,""),/\.(.+)$/.exec(name)?.[1]];const modules=await modulesIn("tasks")??[];const here=modules.find(module=>fileName(module)===file);const ready=Object.hasOwn(READY_MADE,file)?READY_MADE[file]:void 0;const found=here!==void 0?await loadNamed(`tasks/${here}`):ready?tasksOf(await ready(),file,"muster"):[];const one=found.find(each=>each.name===name)??(exported===void 0&&found.length===1?found[0]:void 0);if(one)return one;if(found.length>0){throw new TaskError(`Cannot run ${name} as the file has no such task; ${suggest(name,found.map(each=>each.name))}`)}const all=(await listTasks()).filter(each=>"task"in each);const named=all.filter(each=>each.name.endsWith(`.${name}`));if(named.length===1)return named[0];throw new TaskError(`Cannot find the task ${name} as there is none of that name; ${suggest(name,all.map(each=>each.name))}`)}const isMissing=path=>Deno.stat(path).then(found=>!found.isFile,error=>error instanceof Deno.errors.NotFound);async function loadNamed(where){try{return await load(where)}catch(error){const{message,name,stack}=error instanceof Error?error:new Error(String(error));if(name==="TaskError"){if(message.includes(where))throw error;throw new TaskError(`${message} (in ${where})`,{cause:error})}if(!isUrl(where)&&await isMissing(where)){throw new TaskError(`Cannot load the task file as there is none: ${where}`,{cause:error})}if(/"@muster\/muster" not a dependency/.test(message)){throw new TaskError(`Cannot load the task file ${where} as nothing says what it means by "@muster/muster": import `+new URL("../../mod.ts",import.meta.url).href,{cause:error})}const place=placeIn(stack);throw new TaskError(`Cannot load the task file ${where} as it does not work: ${name}: ${message}${place&&!message.includes(place)?`
  at ${place}`:""}`,{cause:error})}}

var find_tasks = /*#__PURE__*/Object.freeze({
  __proto__: null,
  findTask: findTask,
  listTasks: listTasks,
  taskNames: taskNames,
  urlOf: urlOf
});

const command$a={usage:"tasks [folder, file or URL]",about:"list the tasks there are, in tasks/ and those that come with muster",options:LISTING,async run(typed,io){const read=readCommand(this,typed,this.options,"muster tasks",io,(got,mistakes)=>{if(got.words.length>1)mistakes.push(`it takes one place: ${got.words.join(" ")}`);});if(!read)return EXIT.done;wireDefaults();const found=await listTasks(read.words[0]);if(read.values.json){for(const one of found){const{name,source}=one;io.out(`${JSON.stringify("task"in one?{name,source,description:one.task.description,args:Object.fromEntries(Object.entries(one.task.args).map(([key,arg])=>[kebab(key),arg]))}:one)}
`);}return EXIT.done}const rows=found.map(one=>"task"in one?[`${usageOf(one)}${one.source==="muster"?" *":""}`,one.task.description]:[one.name,`BROKEN: ${one.problem.split("\n")[0]} (${one.source})`]);const width=Math.min(48,Math.max(0,...rows.map(([left])=>left.length)));io.out(rows.map(([left,right])=>`${left.padEnd(width)}  ${right}
`).join(""));if(found.some(one=>one.source==="muster"))io.out("* comes with muster\n");if(found.length===0)io.err("There are no tasks here.\n");return found.some(one=>"problem"in one)?EXIT.failed:EXIT.done}};

var command_tasks = /*#__PURE__*/Object.freeze({
  __proto__: null,
  command: command$a
});

async function readyTask(command,about,typed,options,io){const mistakes=[];const before=readOptions(typed,options,mistakes,1);const[name]=before.words;if(name===void 0||name===""){if(before.values.help){io.out([`muster ${command}: ${about}`,"",`Usage: muster ${command} <task> [--option=value \u2026]`,"A task is a name in tasks/, one that comes with muster (see muster tasks), a file, or a URL.","",...optionLines(options),"","Example:",`  muster ${command} cull --type=test`,""].join("\n"));return void 0}refuseMistakes(command,mistakes);throw new UsageError(`Cannot ${command} a task as none is named; muster tasks lists them`,command)}wireDefaults();return readyFound(command,await findTask(name),before,options,io,mistakes)}

const command$9={usage:"run <task> [--option=value \u2026]",about:"run a task",options:ALL,async run(typed,io){const ready=await readyTask("run",this.about,typed,ALL,io);if(!ready)return EXIT.done;if(ready.rules.plan)return await doPlan(ready,io);return (await doWork(ready.work,ready.rules,io)).exit}};

var command_run = /*#__PURE__*/Object.freeze({
  __proto__: null,
  command: command$9
});

const OPTIONS$3={save:{kind:"value",value:"FILE",about:"write the plan to a file for muster apply"},...without("plan","journal")};const command$8={usage:"plan <task> [--option=value \u2026]",about:"say what a task would do, and change nothing",options:OPTIONS$3,async run(typed,io){const ready=await readyTask("plan",this.about,typed,OPTIONS$3,io);return ready?await doPlan(ready,io):EXIT.done}};

var command_plan = /*#__PURE__*/Object.freeze({
  __proto__: null,
  command: command$8
});

const command$7={usage:"apply <plan file>",about:"do a plan that muster plan --save wrote: exactly its members, each looked at again first",options:ALL,async run(typed,io){const mistakes=[];const example="muster plan cull --type=test --save plan.json\nmuster apply plan.json";const read=readCommand(this,typed,ALL,example,io,({words},wrong)=>{if(words.length!==1){wrong.push(words.length===0?"no plan file is named":"it takes one plan file");}});if(!read)return EXIT.done;const{profile,color,...rules}=rulesOf(read.values,mistakes);refuseMistakes("apply",mistakes);const file=await readPlans(read.words[0]);useOptions({profile,color});wireDefaults();const drifted=[];const now=[];const find=placesOf();const done=await doWork(async()=>{const again=await Promise.all(file.plans.map(plan=>planAgain(plan,find)));for(const one of again){drifted.push(...one.drifted);now.push(one.plan);}tellDrift(drifted,rules.json,io);const consent=rules.yes??(drifted.length===0?true:void 0);await runPlans(now,{throwOnError:false,...consent===void 0?{}:{yes:consent}});},{...rules,about:{...file.about,applied:read.words[0]}},io);if(rules.plan&&!rules.quiet){for(const plan of now){io.out(rules.json?`${JSON.stringify(plan)}
`:`${showPlan(plan,stdoutDevice.colors,widthOf)}
`);}}if(drifted.length===0)return done.exit;return done.exit===EXIT.done||done.exit===EXIT.nothing?EXIT.failed:done.exit}};const NAMED=20;function tellDrift(drifted,json,io){if(drifted.length===0)return;if(json)return io.out(`${JSON.stringify({type:"drifted",members:drifted})}
`);io.err(`muster: ${drifted.length} ${drifted.length===1?"member is":"members are"} not as the plan has ${drifted.length===1?"it":"them"}, and will not be touched:
`+drifted.slice(0,NAMED).map(({name,why})=>`  ${plainText(name)}: ${plainText(why)}
`).join("")+(drifted.length>NAMED?`  \u2026 and ${drifted.length-NAMED} more
`:""));}

var command_apply = /*#__PURE__*/Object.freeze({
  __proto__: null,
  command: command$7
});

const SCOPE={dc,dbaas,all};const command$6={usage:"do '<expression>'",about:"do a chain written on the command line; dc, dbaas and all are there to be used",options:ALL,async run(typed,io){const example=`muster do 'dc("us-east-1").machines({ type: "test" }).stop()'
muster do 'dc("sim").machines({ type: "web" }).count()'`;const read=readCommand(this,typed,ALL,example,io,({words},wrong)=>{if(words.length!==1||words[0].trim()===""){wrong.push(words.length<2?"no expression is given":"it takes one expression: put it in single quotes");}});if(!read)return EXIT.done;const mistakes=[];const{profile,color,...rules}=rulesOf(read.values,mistakes);refuseMistakes("do",mistakes);useOptions({profile,color});wireDefaults();const[expression]=read.words;const work=await compiled(expression);const about={task:"do"};if(rules.plan)return await doPlan({work,rules:{...rules,about},values:{}},io);const done=await doWork(work,{...rules,about,review:reviewing(rules,io)},io);return done.exit}};async function compiled(expression){const source=expression.trim().replace(/;+$/,"").replace(/^await\s+/,"");const kind=/\bawait\b/.test(source)?"async ":"";const names=Object.keys(SCOPE).join(", ");const module=`export default ({ ${names} }: any) => ${kind}() => (
${source}
);
`;try{const made=await import(`data:application/typescript;charset=utf-8,${encodeURIComponent(module)}`);return made.default(SCOPE)}catch(error){const why=error.message.replace(/ at data:[\s\S]*$/,"").replace(/^.*SyntaxError:\s*/,"");throw new UsageError(`Cannot do this as it is no expression: ${source}
  ${why.split("\n")[0]}`,"do")}}function reviewing({yes,max,expect,quiet,json},io){return async(plans,signal)=>{if(quiet||json||!stderrDevice.terminal)return;for(const plan of plans)io.err(`${showPlan(plan,stderrDevice.colors,widthOf)}
`);const writes=plans.reduce((sum,plan)=>sum+plan.writes,0);if(yes||writes===0||expect!==void 0)return;const said=max===void 0?{}:{max};if(plans.some(plan=>!judge(plan,said).pass))return;const[first]=plans;const members=plans.reduce((sum,plan)=>sum+plan.members.length,0);const answer=await defaults.confirm?.({endpoint:plans.map(plan=>plan.endpoint.name).join(", "),text:`do this in ${[...new Set(plans.map(plan=>plan.endpoint.name))].join(", ")}`,count:members,names:first.members.slice(0,5).map(member=>member.name),irreversible:plans.flatMap(plan=>plan.irreversible),typeCount:false},signal);if(answer===false){throw new ConfirmationRequiredError("Nothing was sent as the answer was no",members)}}}

var command_do = /*#__PURE__*/Object.freeze({
  __proto__: null,
  command: command$6
});

const{profile,help}=COMMON;const OPTIONS$2={profile,user:{kind:"value",short:"l",value:"NAME",about:"who logs in (default: what the image says, else admin)"},private:{kind:"flag",about:"use a private address"},print:{kind:"flag",about:"only print the ssh command"},help};const command$5={usage:"ssh <machine> [command \u2026]",about:"log in to a machine, by its name or id, with the system's ssh",options:OPTIONS$2,async run(typed,io){const mistakes=[];const read=readOptions(typed,OPTIONS$2,mistakes,1);if(read.values.help){io.out([`muster ssh: ${this.about}`,"","Usage: muster ssh [options] <machine> [command \u2026]","",...optionLines(OPTIONS$2),"","Example:","  muster ssh web-1 uptime",""].join("\n"));return EXIT.done}refuseMistakes("ssh",mistakes);const[which]=read.words;if(which===void 0)throw new UsageError("Cannot log in as no machine is named","ssh");const handle=dc(read.values.profile);const machine=await handle.machine(which);const user=read.values.user??await userOf(handle,machine.image);const address=chooseAddress(machine,read.values.private?"private":"public");const rest=read.rest[0]==="--"?read.rest.slice(1):read.rest;if(/^-/.test(user)||/[\s@]/.test(user)){throw new UsageError(`Cannot log in as ${user} as that is no user`,"ssh")}const args=["-l",user,"--",address,...rest];if(read.values.print){io.out(`ssh ${args.join(" ")}
`);return EXIT.done}const{code}=await new Deno.Command("ssh",{args,stdin:"inherit",stdout:"inherit",stderr:"inherit"}).output();return code}};async function userOf(handle,image){const{status,body}=await handle.request("GET",`/images/${encodeURIComponent(image)}`,{accept:[404,410]});const tags=status===200?body.tags:void 0;return typeof tags?.default_user==="string"?tags.default_user:"admin"}

var command_ssh = /*#__PURE__*/Object.freeze({
  __proto__: null,
  command: command$5
});

const command$4={usage:"resume [last, a journal, or a part of its name]",about:"go on with a run that was cut off, or in which members failed: only what is missing is done",options:without("journal"),async run(typed,io){const read=readCommand(this,typed,this.options,"muster resume last",io,({words},mistakes2)=>{if(words.length>1)mistakes2.push("it takes one journal");});if(!read)return EXIT.done;const mistakes=[];const{profile,color,...asked}=rulesOf(read.values,mistakes);refuseMistakes("resume",mistakes);useOptions({profile,color});const path=await journalOf(read.words[0]??"last");wireDefaults();if(!asked.json&&!asked.quiet)io.err(`muster: taking up ${path}
`);const rules={...asked,journal:false,about:{task:"resume",resumed:path}};const work=()=>resume(path,{throwOnError:false});if(rules.plan)return await doPlan({work,rules,values:{}},io);return (await doWork(work,rules,io)).exit}};async function journalOf(which){if(which.includes("/")||which.endsWith(".jsonl")&&await exists(which))return which;const paths=await journalPaths();if(paths.length===0){throw new JournalError(`Cannot resume a run as there is no journal in ${runsFolder()??"any known folder"}`)}if(which!=="last"){const named=paths.filter(path=>path.slice(path.lastIndexOf("/")+1).includes(which));if(named.length===1)return named[0];throw new JournalError(`Cannot resume ${which} as ${named.length===0?"no journal has":`${named.length} journals have`} this in its name: muster history lists them`)}const runs=await recentRuns(50);const[run]=runs;if(!run){throw new JournalError(`Cannot resume the last run as no journal can be read in ${runsFolder()}`)}if(isDone(run)){const older=runs.find(one=>!isDone(one));throw new JournalError(`Cannot resume the last run as every member is done: ${run.task}, ${run.at}`+(older?`. An older one is not: muster resume ${runId(older.path)}`:""))}return run.path}async function exists(path){return await Deno.stat(path).then(()=>true,()=>false)}

var command_resume = /*#__PURE__*/Object.freeze({
  __proto__: null,
  command: command$4
});

const OPTIONS$1={last:{kind:"value",value:"N",about:"so many at most (default 20)"},...LISTING};const command$3={usage:"history [task]",about:"list past runs, newest first",options:OPTIONS$1,async run(typed,io){const read=readCommand(this,typed,OPTIONS$1,"muster history cull --last=5",io,(got,mistakes2)=>{if(got.words.length>1)mistakes2.push("it takes one task's name");});if(!read)return EXIT.done;const mistakes=[];const most=count(read.values.last,"last",1,mistakes)??20;refuseMistakes("history",mistakes);const[task]=read.words;const runs=[];const others=new Set;for(const path of await journalPaths()){if(runs.length===most)break;const run=await pastRun(path);if(run&&(task===void 0||run.task===task))runs.push(run);else if(run)others.add(run.task);}if(read.values.json){for(const run of runs)io.out(`${JSON.stringify(run)}
`);}else if(runs.length>0){io.out(table(runs.map(run=>({when:run.at.replace(/T(\d\d:\d\d).*$/," $1Z"),task:run.task,run:runId(run.path),members:run.members,ended:outcomeOf(run)}))));}else if(read.values.quiet)return EXIT.nothing;else if(others.size>0)io.err(`There are no runs of ${task}; ${suggest(task,[...others])}
`);else io.err(`There are no runs in ${runsFolder()??"any known folder"}.
`);return runs.length===0?EXIT.nothing:EXIT.done}};function outcomeOf({end,members,damaged}){if(damaged!==void 0)return "not known: its journal is damaged";if(!end)return "cut off, or going on";const before=members-end.succeeded-end.skipped-end.failed-end.interrupted;const parts=["succeeded","skipped","failed","interrupted"].filter(fate=>end[fate]>0).map(fate=>`${end[fate]} ${fate}`);if(before>0)parts.push(`${before} done before`);return (parts.join(", ")||"nothing")+(end.cancelled===void 0?"":` (${/time limit/.exec(end.cancelled)?.[0]??end.cancelled})`)}

var command_history = /*#__PURE__*/Object.freeze({
  __proto__: null,
  command: command$3
});

const command$2={usage:"profiles",about:"list the profiles dc() can use, and where they are written down",options:LISTING,async run(typed,io){const read=readCommand(this,typed,this.options,"muster profiles",io);if(!read)return EXIT.done;const entries=await profiles(processEnvironment(),localFiles());if(read.values.json){for(const entry of entries)io.out(`${JSON.stringify(entry)}
`);}else if(entries.length>0){io.out(table(entries.map(entry=>({current:entry.current?"*":" ",name:entry.name,account:entry.account,url:entry.problem===void 0?entry.url:`BROKEN: ${entry.problem}`,source:entry.source}))));}else io.err('There are no profiles; dc("sim") needs none. See docs/cli.md for how to write one.\n');return entries.length===0?EXIT.nothing:EXIT.done}};

var command_profiles = /*#__PURE__*/Object.freeze({
  __proto__: null,
  command: command$2
});

const number=about=>({kind:"value",value:"N",about});const OPTIONS={port:number("port of the datacenter (default: any free one)"),osPort:number("port of Keystone and Trove (default: any free one)"),machines:number("how many machines there are (default: about 60 of all sorts)"),seed:number("equal seeds give equal datacenters (default 1)"),speed:number("machines change N times as fast (default 1; a stop takes 10 to 30 s)"),throttle:{kind:"value",value:"B/R",about:"rate limit: B requests at once, R a second (default 30/10)"},noThrottle:{kind:"flag",about:"no rate limit"},rsa:{kind:"flag",about:"an RSA-2048 key instead of an Ed25519 one"},help:COMMON.help};const command$1={usage:"sim [options]",about:"serve a simulated datacenter, Keystone and Trove on 127.0.0.1 until Ctrl-C",options:OPTIONS,async run(typed,io){const example="muster sim --port=8080 --speed=10 > sim.env\n. ./sim.env && muster ls type=test      (in another terminal)";const read=readCommand(this,typed,OPTIONS,example,io);if(!read)return EXIT.done;const mistakes=[];const{values}=read;for(const name of ["port","osPort"])check(values[name],0,65535,true,name,mistakes);check(values.machines,0,1e6,true,"machines",mistakes);check(values.seed,0,Number.MAX_SAFE_INTEGER,true,"seed",mistakes);check(values.speed,.001,1e6,false,"speed",mistakes);if(values.throttle!==void 0&&!/^[1-9]\d*\/(0\.\d*[1-9]|[1-9]\d*(\.\d+)?)$/.test(String(values.throttle))){mistakes.push(`--throttle must be like 30/10: ${values.throttle}`);}refuseMistakes("sim",mistakes);const{main}=await import('./sim.js');try{await main([...typed]);}catch(error){if(!(error instanceof Deno.errors.AddrInUse))throw error;throw new UsageError("Cannot serve a simulated datacenter as somebody listens on that port already; without --port any free one is taken","sim")}return EXIT.done}};function check(value,least,most,whole,name,mistakes){if(value===void 0)return;const text=String(value);const number2=text.trim()===""?NaN:Number(text);if(number2>=least&&number2<=most&&(!whole||Number.isInteger(number2)))return;const typed=name==="osPort"?"os-port":name;mistakes.push(`--${typed} must be a ${whole?"whole ":""}number from ${least} to ${most}: ${text}`);}

var command_sim = /*#__PURE__*/Object.freeze({
  __proto__: null,
  command: command$1
});

const SHELL_NAMES=["bash","zsh","fish"];const SAFE=/^[\p{L}\p{N}_.:@%+,/=-]+$/u;async function complete(typed){const current=typed.at(-1)??"";const found=await candidates(typed.slice(0,-1),current);return found.filter(({word})=>SAFE.test(word))}async function candidates(before,current){const[name,...words]=before;if(name===void 0){if(current.startsWith("-"))return plain(["--help","--version"]);return [...commandNames(),{word:"help"},{word:"version",about:"print the version"}]}if(name==="help")return words.length===0?commandNames():[];const command=Object.hasOwn(COMMANDS,name)?(await COMMANDS[name].load()).command:void 0;if(!command)return [];const options=await optionsFor(name,command,words);const value=await valuesFor(options,words.at(-1),current);if(value)return value;if(current.startsWith("-"))return optionCandidates(options);return await wordsFor(name,words.filter(word=>!word.startsWith("-")),current)??optionCandidates(options)}const plain=words=>words.map(word=>({word}));const commandNames=()=>Object.entries(COMMANDS).map(([word,{about}])=>({word,about}));const optionCandidates=options=>Object.entries(options).map(([name,option])=>({word:typedName(name,option)+(option.kind==="flag"?"":"="),about:option.about}));async function optionsFor(name,command,words){const task=words.find(word=>!word.startsWith("-"));if(name!=="run"&&name!=="plan"||task===void 0)return command.options;const[{findTask},{optionsOf}]=await Promise.all([Promise.resolve().then(function () { return find_tasks; }),Promise.resolve().then(function () { return task_help; })]);return {...optionsOf(await findTask(task)),...command.options}}async function valuesFor(options,last,current){const inline=/^(--[^=]+=)/.exec(current)?.[1];const typed=inline?.slice(0,-1)??(current.startsWith("-")?void 0:last);const[name,option]=Object.entries(options).find(([name2,one])=>one.kind!=="flag"&&(typed===typedName(name2,one)||typed===`-${one.short}`))??[];if(name===void 0||option===void 0)return void 0;return (await knownValues(name,option)).map(one=>({...one,word:`${inline??""}${one.word}`}))}async function knownValues(name,{choices}){if(choices)return plain(choices);if(name!=="profile")return [];const[{profiles},{processEnvironment},{localFiles}]=await Promise.all([import('./core.js').then(function (n) { return n.profile_store; }),import('./core.js').then(function (n) { return n.permitted$1; }),import('./core.js').then(function (n) { return n.local_files; })]);const known=await profiles(processEnvironment(),localFiles());return [...known.map(({name:name2})=>name2),"sim"].map(word=>({word}))}async function wordsFor(command,before,current){const first=before.length===0;switch(command){case "run":case "plan":case "history":{if(!first)return void 0;if(/^[./]/.test(current))return [];const{taskNames}=await Promise.resolve().then(function () { return find_tasks; });return await taskNames()}case "ls":return first?plain(Object.keys((await import('./cli.js').then(function (n) { return n.command_ls; })).KINDS)):void 0;case "resume":{if(!first)return void 0;const{isDone,recentRuns,runId}=await Promise.resolve().then(function () { return past_runs; });const unfinished=(await recentRuns(20)).filter(run=>!isDone(run));return [{word:"last",about:"the last run"},...unfinished.map(run=>({word:runId(run.path),about:`${run.task}, ${run.at}`}))]}case "completions":return first?plain(SHELL_NAMES):void 0;case "apply":case "tasks":return first?[]:void 0;default:return void 0}}

const SHELLS={bash:`_muster() {
  local word glue= cur
  local typed=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    # bash takes --option=value for three words
    if [[ \${#typed[@]} -gt 0 && ( $word == = || -n $glue ) ]]; then typed[\${#typed[@]}-1]+=$word
    else typed+=("$word"); fi
    [[ $word == = ]] && glue=1 || glue=
  done
  cur=\${typed[\${#typed[@]}-1]}
  COMPREPLY=()
  while IFS= read -r word; do
    word=\${word%%$'\\t'*}
    [[ $word == "$cur"* ]] || continue
    [[ $cur == *=* ]] && word=\${word#*=}
    COMPREPLY+=("$word")
  done < <(muster completions words -- "\${typed[@]}" 2>/dev/null)
  [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *= ]] && compopt -o nospace
}
complete -o default -F _muster muster
`,zsh:`#compdef muster
_muster() {
  local line entry
  local -a lines whole open
  lines=(\${(f)"$(muster completions words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  for line in $lines; do
    entry=\${\${line%%$'\\t'*}//:/\\\\:}
    [[ $line == *$'\\t'* ]] && entry+=:\${line#*$'\\t'}
    if [[ \${line%%$'\\t'*} == *= ]]; then open+=($entry); else whole+=($entry); fi
  done
  if (( \${#lines} )); then
    (( \${#whole} )) && _describe -t words muster whole
    (( \${#open} )) && _describe -t options option open -S ''
  else
    [[ $PREFIX == --*=* ]] && compset -P '*='
    _files
  fi
}
if [ "$funcstack[1]" = "_muster" ]; then _muster "$@"; else compdef _muster muster; fi
`,fish:`function __muster_words
  set -l current (commandline -ct)
  set -l found (muster completions words -- (commandline -opc)[2..] "$current" 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    set -l option (string match -r -- '^--[^=]+=' "$current")
    for path in (__fish_complete_path (string replace -r -- '^--[^=]+=' '' "$current"))
      echo "$option$path"
    end
  end
end
complete -c muster -f -a '(__muster_words)'
`};const command={usage:"completions <bash, zsh or fish>",about:"print completions for a shell",options:{help:COMMON.help},async run(typed,io){if(typed[0]==="words"){const found=await complete(typed.slice(typed[1]==="--"?2:1)).catch(()=>[]);io.out(found.map(({word,about})=>about?`${word}	${about}
`:`${word}
`).join(""));return EXIT.done}const example=`bash:  echo 'eval "$(muster completions bash)"' >> ~/.bashrc
zsh:   muster completions zsh > ~/.zfunc/_muster     (a folder of $fpath)
fish:  muster completions fish > ~/.config/fish/completions/muster.fish`;const read=readCommand(this,typed,this.options,example,io,({words},mistakes)=>{if(words.length!==1)mistakes.push(`it takes one shell: ${SHELL_NAMES.join(", ")}`);else if(!Object.hasOwn(SHELLS,words[0])){mistakes.push(`there are none for ${words[0]}; ${suggest(words[0],SHELL_NAMES)}`);}});if(!read)return EXIT.done;io.out(SHELLS[read.words[0]]);return EXIT.done}};

var command_completions = /*#__PURE__*/Object.freeze({
  __proto__: null,
  command: command
});

const backup=task({description:"Back up every database, or those whose name fits a pattern",args:{name:{type:"string",default:".",description:"A pattern for their names"},label:{type:"string",description:"Ends the backups' names; else today's date"},cloud:{type:"string",description:"A cloud of clouds.yaml or a region, or sim; else the environment's"},wait:{type:"duration",default:"1h",description:"How long each may take"}},examples:["backup","backup --name=^prod- --label=before-upgrade","backup --cloud=sim"],async run({name,label,cloud,wait}){const clock=(await dbaas(cloud).endpoint()).clock;const day=label??new Date(clock.now()).toISOString().slice(0,10);return dbaas(cloud).instances().where({name:new RegExp(name),status:"ACTIVE"}).backup(instance=>`${instance.name}-${day}`).waitUntil("ready",{timeout:wait})}});if(import.meta.main)await backup.main();

var backup$1 = /*#__PURE__*/Object.freeze({
  __proto__: null,
  default: backup
});

const cull=task({description:"Stop and delete every machine with a tag",args:{type:{type:"string",required:true,description:"The value of the tag `type`"},dc:{type:"string",description:"A profile or datacenter, or sim; else the current profile"}},examples:["cull --type=test","cull --type=test --dc=sim --max=40"],run:({type,dc:where})=>dc(where).machines({type}).stop().waitUntil("stopped").delete()});if(import.meta.main)await cull.main();

var cull$1 = /*#__PURE__*/Object.freeze({
  __proto__: null,
  default: cull
});

const exec=task({description:"Run a command over SSH on machines with these tags",args:{tags:{type:"tags",required:true,description:"Which machines"},command:{type:"string",required:true,description:"The command line, for a shell there"},user:{type:"string",description:"Who logs in; else what the image says"},key:{type:"string",description:"The private key's file; else the ssh-agent's keys"},acceptNew:{type:"boolean",description:"Trust host keys that are not known yet"},repeatable:{type:"boolean",description:"Doing it twice does no harm, should the run be resumed"},dc:{type:"string",description:"A profile or datacenter; else the current profile"}},examples:['exec --tags type=web --command="uptime"'],run:({tags,command,user,key,acceptNew,repeatable,dc:where})=>dc(where).machines(tags).where({state:"running"}).ssh(command,{accept:acceptNew?"new":"known",repeatable,...user===void 0?{}:{user},...key===void 0?{}:{key}})});if(import.meta.main)await exec.main();

var exec$1 = /*#__PURE__*/Object.freeze({
  __proto__: null,
  default: exec
});

const failed=task({description:"List machines that failed, or whose server cannot be reached",args:{dc:{type:"list",description:"Profiles or datacenters; else the current profile"}},examples:["failed --dc=us-east-1,us-west-1","failed --dc=sim"],async run({dc:names}){const places=names.length>0?names:[void 0];const lists=await Promise.all(places.map(place=>dc(place).machines().where({state:["failed","offline","unknown"]})));return lists.flatMap((machines,index)=>machines.map(({name,state,id,image,package:size,created})=>({dc:places[index]??"",name,state,id,package:size,image,created})))}});if(import.meta.main)await failed.main();

var failed$1 = /*#__PURE__*/Object.freeze({
  __proto__: null,
  default: failed
});

const FIELDS=["name","state","package","memory","primaryIp","image","created","id"];function csv(value){const text=String(value??"").replace(/^[=+\-@\t\r]/,"'$&");return /[",\r\n]/.test(text)?`"${text.replaceAll('"','""')}"`:text}const inventory=task({description:"List machines of one or several datacenters as a table, JSON or CSV",args:{dc:{type:"list",description:"Profiles or datacenters; else the current profile"},tags:{type:"tags",description:"Only machines with these tags"},format:{type:"choice",choices:["table","json","csv"],default:"table"}},examples:["inventory --dc=us-east-1,us-west-1 --format=csv > machines.csv","inventory --dc=sim"],async run({dc:names,tags,format}){const places=names.length>0?names:[void 0];const lists=await Promise.all(places.map(async place=>{const machines=await dc(place).machines(tags);return machines.map(machine=>({...place===void 0?{}:{dc:place},...Object.fromEntries(FIELDS.map(field=>[field,machine[field]]))}))}));const rows=lists.flat();if(format==="json")return JSON.stringify(rows,null,2);if(format==="table"||rows.length===0)return rows;return [Object.keys(rows[0]),...rows.map(Object.values)].map(row=>row.map(csv).join(",")).join("\r\n")}});if(import.meta.main)await inventory.main();

var inventory$1 = /*#__PURE__*/Object.freeze({
  __proto__: null,
  default: inventory
});

const args={tags:{type:"tags",required:true,description:"Which machines"},dc:{type:"string",description:"A profile or datacenter, or sim; else the current profile"},wait:{type:"duration",default:"10m",description:"How long each may take"}};const stop=task({description:"Stop machines with these tags, and wait for it",args,examples:["power.stop --tags hours=office"],run:({tags,dc:where,wait})=>dc(where).machines(tags).stop().waitUntil("stopped",{timeout:wait})});const start=task({description:"Start machines with these tags, and wait for it",args,examples:["power.start --tags hours=office"],run:({tags,dc:where,wait})=>dc(where).machines(tags).start().waitUntil("running",{timeout:wait})});if(import.meta.main)await stop.main();

var power = /*#__PURE__*/Object.freeze({
  __proto__: null,
  start: start,
  stop: stop
});

const resize=task({description:"Give machines with these tags another package, and wait until they have it",args:{tags:{type:"tags",required:true,description:"Which machines"},package:{type:"string",required:true,description:"The new package's name or id"},dc:{type:"string",description:"A profile or datacenter; else the current profile"}},examples:["resize --tags type=web --package=g4-highcpu-2G","resize --tags type=web --package=sample-2G --dc=sim"],run:({tags,package:size,dc:where})=>dc(where).machines(tags).resize(size).waitUntil(["running","stopped"])});if(import.meta.main)await resize.main();

var resize$1 = /*#__PURE__*/Object.freeze({
  __proto__: null,
  default: resize
});

const restart=task({description:"Restart databases and wait until they answer again",args:{name:{type:"string",required:true,description:"A pattern for their names: ^staging-"},cloud:{type:"string",description:"A cloud of clouds.yaml or a region, or sim; else the environment's"},wait:{type:"duration",default:"15m",description:"How long each may take"}},examples:["restart --name=^staging-","restart --name=. --cloud=sim"],run:({name,cloud,wait})=>dbaas(cloud).instances().where({name:new RegExp(name)}).restart().waitUntil("ready",{timeout:wait})});if(import.meta.main)await restart.main();

var restart$1 = /*#__PURE__*/Object.freeze({
  __proto__: null,
  default: restart
});

const snapshot=task({description:"Take a snapshot of machines with these tags before a change, and reboot them if wanted",args:{tags:{type:"tags",required:true,description:"Which machines"},name:{type:"string",required:true,description:"The snapshots' name: before-upgrade"},reboot:{type:"boolean",description:"Reboot each once its snapshot is there"},dc:{type:"string",description:"A profile or datacenter, or sim; else the current profile"}},examples:["snapshot --tags type=web --name=before-upgrade","snapshot --tags type=web --name=a --dc=sim"],run:({tags,name,reboot,dc:where})=>{const kept=dc(where).machines(tags).where({state:"running"}).snapshot(name);return reboot?kept.reboot().waitUntil("running"):kept}});if(import.meta.main)await snapshot.main();

var snapshot$1 = /*#__PURE__*/Object.freeze({
  __proto__: null,
  default: snapshot
});

export { command_apply, command_completions, command_do, command_history, command_plan, command_profiles, command_resume, command_run, command_sim, command_ssh, command_tasks, resume$1 as resume, script_main };
