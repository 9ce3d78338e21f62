set multiplot layout 1, 3 margins 0.085, 0.985, 0.14, 0.9 spacing 0.105
set key font ',10' samplen 1.5 spacing 1
set tics font ',10'
file = tables.'descent-compute.tsv'
curves = tables.'descent-compute-curves.tsv'
windows = tables.'descent-compute-exponents.tsv'
case(k, name) = strcol('case') eq k ? column(name) : NaN
set logscale xy
set format '10^{%L}'
set xtics 100
set xlabel 'C = N t'
set ylabel 'loss L' offset 1
set title 'hard, α = 1.5, β = 0.5'
set key bottom left reverse Left
set xrange [1e3:1e8]
plot \
  for [k = 3:14] curves using 'compute':(column('width') == 2**k ? column('loss') : NaN) with lines \
    lw 0.7 lc rgb grey notitle, \
  file using 'compute':(case('hard_lazy', 'loss')) with lines lw 2.5 lc rgb blue title 'least, γ = 0', \
  file using 'compute':(case('hard_rich', 'loss')) with lines lw 2.5 lc rgb vermilion title 'least, γ = 10', \
  keyentry with lines lc rgb grey title 'single widths, γ = 10'

unset ylabel
set xlabel 'C = N × steps'
set title 'super-easy, β = 2.5, batches of 1'
set xrange [1e4:1e9]
plot \
  file using 'compute':(case('super_2', 'loss')) with lines lw 2.5 lc rgb green title 'least, α = 2', \
  file using 'compute':(case('super_3', 'loss')) with lines lw 2.5 lc rgb purple title 'least, α = 3'

set xlabel 'C'
set ylabel '−d ln L*/d ln C' offset 1
set title 'local slopes, with their laws'
unset logscale y
set format y '%g'
set xrange [1e3:1e9]
set yrange [0.15:1.4]
set key top right maxcols 1 font ',9' spacing 0.9
# Over a decade about each compute.
cases = 'hard_lazy hard_rich harder_lazy harder_rich easy_lazy easy_rich super_2 super_3'
alphas = '1.5 1.5 2 2 2 2 2 3'
betas = '0.5 0.5 0.3 0.3 1.2 1.2 2.5 2.5'
gammas = '0 10 0 10 0 10 0 0'
task(i) = sprintf('α %s, β %s, γ %s', word(alphas, i), word(betas, i), word(gammas, i))
colours = '0x0072B2 0xD55E00 0x2E8BC7 0xB27500 0x808080 0x000000 0x009E73 0xCC79A7'
plot \
  for [i = 1:8] file using 'compute':(case(word(cases, i), 'slope')) with lines lw 2 \
    lc rgb int(word(colours, i)) title task(i), \
  for [i = 1:8] file using 'compute':(case(word(cases, i), 'law')) with lines dt 2 \
    lc rgb int(word(colours, i)) notitle, \
  windows using (sqrt(column('from') * column('to'))):'loss':'loss_drift' with yerrorbars pt 7 ps 0.5 \
    lc rgb black title 'over the window'
unset multiplot
