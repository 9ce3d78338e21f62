set multiplot layout 1, 3 margins 0.085, 0.985, 0.14, 0.9 spacing 0.105
set key font ',10' samplen 1.5 spacing 1
set tics font ',10'
file = tables.'descent-clock.tsv'
rates = tables.'descent-clock-growth.tsv'
g(i) = i == 6 ? 100.0 : 10.0**(i - 5)
colours = '0x0072B2 0x2E8BC7 0x009E73 0xB27500 0xD55E00 0xCC79A7'
betas = '0.3 0.5 0.8 1.5'
at(i, name) = abs(column('gamma')/g(i) - 1) < 1e-4 ? column(name) : NaN
of(b, name) = column('beta') == b ? column(name) : NaN
set logscale xy
set format '10^{%L}'
set xtics 100
set xlabel 'x = t γ^{1/(1−β)}'
set ylabel 'L γ^{−β/(1−β)}' offset 1
set title 'α = 1.5, β = 0.5'
set key bottom left reverse Left
plot \
  for [i = 1:6] file using 'place':(at(i, 'loss')) with lines lw 2 \
    lc rgb int(word(colours, i)) title sprintf('γ = %g', g(i)), \
  file using 'place':(at(5, 'asymptote')) with lines lw 1.5 dt 2 lc rgb black \
    title 'asymptote by J and Q'

set xlabel 't'
set ylabel 'growth of the kernel c' offset 1
set title 'γ = 1, α = 1.5'
set key top left reverse Left
plot \
  for [i = 1:4] rates using 'time':(of(real(word(betas, i)), 'clock')) with lines lw 2 \
    lc rgb int(word(colours, i + 1)) title 'β = '.word(betas, i), \
  for [i = 1:3] rates using 'time':(of(real(word(betas, i)), 'clock_law')) with lines lw 1.5 dt 2 \
    lc rgb black title (i == 1 ? 'asymptote by J' : '')

set ylabel 'd ln c/d ln t, α d ln k*/d ln t' offset 1
set title 'local slopes, with their laws'
unset logscale y
set format y '%g'
set yrange [0:2.2]
set key top right
plot \
  for [i = 1:4] rates using 'time':(of(real(word(betas, i)), 'kernel_slope')) with lines lw 2 \
    lc rgb int(word(colours, i + 1)) notitle, \
  for [i = 1:4] rates using 'time':(of(real(word(betas, i)), 'kernel_law')) with lines dt 2 lc rgb black notitle, \
  for [i = 1:4] rates using 'time':(1.5*of(real(word(betas, i)), 'frontier_slope')) with points pt 7 ps 0.4 \
    lc rgb int(word(colours, i + 1)) notitle, \
  for [i = 1:4] rates using 'time':(1.5*of(real(word(betas, i)), 'frontier_law')) with lines dt 2 lc rgb grey notitle, \
  keyentry with lines lw 2 lc rgb grey title 'kernel', \
  keyentry with points pt 7 ps 0.6 lc rgb grey title 'frontier k*, times α'
unset multiplot
